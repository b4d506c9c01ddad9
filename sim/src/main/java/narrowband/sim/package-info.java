/**
 * What an accelerator does with its cycles and its energy, and the reports that tell it. Values are not computed here: the
 * contract in {@code narrowband.accel.design} makes time independent of data, and the reference in
 * {@code narrowband.accel.network} has the values.
 */
package narrowband.sim;
