/**
 * The accelerator: the hardware units that carry an integer network, the channels between them, and the timing contract
 * that the simulator and the emitted Verilog both obey.
 *
 * <p><b>Cycles.</b> Units touch each other only through {@linkplain narrowband.accel.design.Channel channels}: FIFOs whose
 * full and empty flags are registered, so that in each cycle every unit decides from the state at the cycle's start, and no
 * order of evaluation matters. Inside, a unit is one or a few {@linkplain narrowband.accel.design.Process processes}, each a
 * fixed {@linkplain narrowband.accel.design.Program program} of one-cycle steps behind a pipeline of fixed length. Nothing
 * depends on data. The whole contract is in {@link narrowband.accel.design.Process}; a unit states only its program.
 *
 * <p>The meaning of a layer lives in {@code network}; here is how long it takes and what it costs.
 */
package narrowband.accel.design;
