package narrowband.hdlgen.synthesis;

import java.util.Optional;
import narrowband.accel.design.Fpga.Family;

/** A program that synthesises, or that places and routes. */
public enum Tool {
    YOSYS("yosys", "12"),
    NEXTPNR_ICE40("nextpnr-ice40", "12"),
    NEXTPNR_ECP5("nextpnr-ecp5", "13"),
    NEXTPNR_GOWIN("nextpnr-gowin", "13");

    private final String program;
    private final String debian;

    Tool(String program, String debian) {
        this.program = program;
        this.debian = debian;
    }

    /** What it is called, as a program and as a package of Debian. */
    public String program() {
        return program;
    }

    /** How to get it. */
    String advice() {
        return "on Debian %s or newer: apt-get install %s; or unpack it into a folder and name that with --tools DIR"
                .formatted(debian, program);
    }

    /** What places and routes for a family; none for AMD's, whose own program does. */
    public static Optional<Tool> placing(Family family) {
        return switch (family) {
            case ICE40 -> Optional.of(NEXTPNR_ICE40);
            case ECP5 -> Optional.of(NEXTPNR_ECP5);
            case GOWIN -> Optional.of(NEXTPNR_GOWIN);
            case SERIES_7, ULTRASCALE_PLUS -> Optional.empty();
        };
    }
}
