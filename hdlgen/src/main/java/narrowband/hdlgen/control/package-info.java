/**
 * What a processor sees of an accelerator: an AXI4-Lite port with identification, status and counters, and the top module
 * that has it beside the AXI4-Streams. The accelerator itself knows nothing of it.
 */
package narrowband.hdlgen.control;
