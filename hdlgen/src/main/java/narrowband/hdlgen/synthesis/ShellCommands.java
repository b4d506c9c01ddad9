package narrowband.hdlgen.synthesis;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Fpga;

/** What a person types to synthesise, place and route with the open tools, without our help. */
public final class ShellCommands {
    private ShellCommands() {}

    /** The commands that place and route {@code top}; none for a device that the open tools do not place. */
    public static Optional<String> placing(Fpga fpga, String top, List<String> sources) {
        String constraints = switch (fpga.family()) {
            case ICE40 -> "--pcf pins.pcf --pcf-allow-unconstrained --asc %s.asc".formatted(top);
            case ECP5 -> "--lpf pins.lpf --lpf-allow-unconstrained --textcfg %s.config".formatted(top);
            case GOWIN -> "--cst pins.cst --write %s.placed.json".formatted(top);
            case SERIES_7, ULTRASCALE_PLUS -> "";
        };
        return Tool.placing(fpga.family()).map(tool -> """
                        yosys -q -p "read_verilog %s; %s -json %s.json"
                        %s %s --json %3$s.json %s --timing-allow-fail""".formatted(
                        String.join(" ", sources),
                        YosysCommands.synthesise(fpga, top),
                        top,
                        tool.program(),
                        fpga.target(),
                        constraints));
    }
}
