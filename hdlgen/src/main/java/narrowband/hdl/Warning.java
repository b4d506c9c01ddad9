package narrowband.hdl;

import narrowband.hdl.ir.SourceLine;

/** Something in a description that is legal and probably not meant. */
public record Warning(SourceLine source, String message) {
    @Override
    public String toString() {
        return source + ": " + message;
    }
}
