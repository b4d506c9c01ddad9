/** Designs that drive themselves, from reset values alone: what simulators of hardware are measured with. No benchmark is here, only hardware and the programs that it runs. */
package narrowband.benchmarks.hardware;
