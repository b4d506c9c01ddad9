/**
 * What runs a training step. A {@link narrowband.training.device.Device} opens a session for a network; the session owns the
 * whole step (forward, loss, backward, penalty, optimiser), so that a device with memory of its own keeps everything there.
 * {@link narrowband.training.device.JvmDevice} is the default and the reference.
 */
package narrowband.training.device;
