/**
 * From a trained network to an {@link narrowband.accel.network.IntegerNetwork}: constants frozen as 32-bit floats, weights as
 * codes, batch norm and quantisers folded into thresholds by exact rational arithmetic; and the proof that nothing changed:
 * the trained network evaluated in the integer domain by another path, compared code by code.
 */
package narrowband.training.lowering;
