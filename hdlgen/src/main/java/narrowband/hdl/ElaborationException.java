package narrowband.hdl;

import narrowband.hdl.ir.SourceLine;

/** A fault in the user's description of hardware: what is wrong, where in the user's Java, and what to do. */
public final class ElaborationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient SourceLine source;

    ElaborationException(SourceLine source, String fault, String remedy) {
        super(source + ": " + fault + ". " + remedy + ".");
        this.source = source;
    }

    ElaborationException(String fault, String remedy) {
        this(Caller.find(), fault, remedy);
    }

    /** Where in the user's Java the fault is. */
    public SourceLine source() {
        return source;
    }
}
