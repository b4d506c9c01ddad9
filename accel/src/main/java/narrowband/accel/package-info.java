/**
 * The contract between the modules: what an integer network is ({@code network}) and what an accelerator for it is
 * ({@code design}). This package itself holds only what every other package needs: the exception for a user's fault.
 */
package narrowband.accel;
