package narrowband.hdlgen.control;

/** A register of the AXI4-Lite port, 32 bits wide; counters wrap. */
public enum ControlRegister {
    IDENTIFICATION(0x00, Access.READ, "0x4e42_0001: a Narrowband accelerator, version 1 of these registers"),
    NETWORK_LOW(0x04, Access.READ, "the first 32 bits of the SHA-256 of network.nbn, to tell which network this is"),
    NETWORK_HIGH(0x08, Access.READ, "the next 32 bits"),
    STATUS(0x0c, Access.READ, "bit 0: an image is under way, from its first word in to its last word out"),
    CONTROL(0x10, Access.WRITE, "writing bit 0 as 1 sets all counters to 0"),
    CYCLES_LOW(0x14, Access.READ, "clock cycles since reset or clearing; reading it keeps CYCLES_HIGH"),
    CYCLES_HIGH(0x18, Access.READ, "the upper half of the cycles as of the last reading of CYCLES_LOW"),
    IMAGES_IN(0x1c, Access.READ, "images whose last word has come in"),
    IMAGES_OUT(0x20, Access.READ, "images whose last result word has gone out"),
    INPUT_STALLS(0x24, Access.READ, "cycles in which a word was offered and not taken: the accelerator was busy"),
    INPUT_WAITS(0x28, Access.READ, "cycles in which the accelerator could take a word and none was offered"),
    OUTPUT_STALLS(0x2c, Access.READ, "cycles in which a result was offered and not taken"),
    LOADABLE(0x30, Access.READ, "units whose weights can be loaded; 0 where all are fixed"),
    LOAD_START(0x34, Access.WRITE, "bits 31..24: the unit whose weights are loaded; bits 23..0: the address of a word"),
    LOAD_NEXT(0x38, Access.WRITE, "the next 32 bits of the word, low ones first; the last write it and step on");

    /** The value of {@link #IDENTIFICATION}. */
    public static final long MAGIC = 0x4e42_0001L;

    /** Bits of an address of the port. */
    public static final int ADDRESS_BITS = 6;

    /** Who may do what. */
    public enum Access {
        READ,
        WRITE
    }

    private final int offset;
    private final Access access;
    private final String meaning;

    ControlRegister(int offset, Access access, String meaning) {
        this.offset = offset;
        this.access = access;
        this.meaning = meaning;
    }

    /** The byte address. */
    public int offset() {
        return offset;
    }

    public Access access() {
        return access;
    }

    /** For people who program it. */
    public String meaning() {
        return meaning;
    }
}
