package narrowband.hdl;

/**
 * A flow of words with a handshake: a word passes in each cycle in which {@code valid} (from the producer) and {@code ready} (from the consumer) are both 1. A producer that
 * has raised {@code valid} keeps it and {@code data} until the word has passed.
 */
public final class Stream<T extends Data<T>> {
    /** 1 while the producer offers a word. */
    public final Bool valid;
    /** 1 while the consumer takes a word. */
    public final Bool ready;
    /** The word. */
    public final T data;

    private final Module owner;

    Stream(Module owner, Bool valid, Bool ready, T data) {
        this.owner = owner;
        this.valid = valid;
        this.ready = ready;
        this.data = data;
    }

    /** 1 in a cycle in which a word passes. */
    public Bool fire() {
        return valid.and(ready);
    }

    /** Drives this stream (an output, or an instance's input) from another one: valid and data forwards, ready backwards. */
    public void connect(Stream<T> source) {
        valid.set(source.valid);
        data.set(source.data);
        source.ready.set(ready);
    }

    /** Names the three signals {@code <name>_valid}, {@code <name>_ready} and {@code <name>_data}; needed only where the stream is not a field of the module. */
    public Stream<T> named(String name) {
        owner.name(valid.node(), name + "_valid");
        owner.name(ready.node(), name + "_ready");
        owner.name(data.node(), name + "_data");
        return this;
    }

    Module owner() {
        return owner;
    }
}
