package narrowband.hdl.ir;

/** A bit vector of a fixed width in the netlist. Nodes have identity: two nodes that look alike are two pieces of hardware. */
public sealed interface Node permits Constant, Operation, Net, AsynchronousRead, SynchronousRead {
    /** Width in bits, at least 1. */
    int width();
}
