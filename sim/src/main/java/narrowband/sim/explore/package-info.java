/** Many designs for one question: what a network can be on which device, and which of those designs no other beats. */
package narrowband.sim.explore;
