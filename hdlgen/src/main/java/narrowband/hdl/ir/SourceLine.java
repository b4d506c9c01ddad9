package narrowband.hdl.ir;

/** A place in the user's Java, for messages. */
public record SourceLine(String file, int line) {
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
