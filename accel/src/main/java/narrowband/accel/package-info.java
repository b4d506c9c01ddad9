/** The contract between the modules: what an integer network is, and what an accelerator for it is. */
package narrowband.accel;
