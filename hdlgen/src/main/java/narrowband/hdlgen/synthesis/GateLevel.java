package narrowband.hdlgen.synthesis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Fpga;

/** The netlist that synthesis left in an emitted folder, with the models of its cells that come with Yosys. */
public final class GateLevel {
    /** Keeps a model of a cell from giving its ports default values, which Verilog-2001 does not know. */
    public static final String DEFINE = "NO_ICE40_DEFAULT_ASSIGNMENTS";

    private GateLevel() {}

    /**
     * The Verilog files to simulate in place of the design's.
     *
     * @param folder the emitted folder
     * @throws InvalidInputException if the folder was not synthesised, or Yosys' models are not found
     */
    public static List<String> sources(Path folder, Fpga fpga, Toolbox tools) {
        Path netlist = folder.resolve(Synthesis.FOLDER).resolve(Synthesis.NETLIST);
        if (!Files.isRegularFile(netlist)) {
            throw new InvalidInputException(
                    "%s: there is no netlist; `narrowband synth %s --no-place` makes it.".formatted(netlist, folder));
        }
        Path models = tools.share().resolve("yosys").resolve(family(fpga)).resolve("cells_sim.v");
        if (!Files.isRegularFile(models)) {
            throw new InvalidInputException(
                    "%s: the cells' models are not there; they come with Yosys.".formatted(models));
        }
        return List.of(
                netlist.toAbsolutePath().toString(), models.toAbsolutePath().toString());
    }

    private static String family(Fpga fpga) {
        return switch (fpga.family()) {
            case ICE40 -> "ice40";
            case ECP5 -> "ecp5";
            case GOWIN -> "gowin";
            case SERIES_7, ULTRASCALE_PLUS -> "xilinx";
        };
    }
}
