package narrowband.hdlgen.synthesis;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import narrowband.accel.design.Fpga;

/**
 * What Yosys is told. Wide multiplexers stay off where that takes fewer tables for sums of bits; multipliers and shift
 * registers are not wanted.
 */
public final class YosysCommands {
    private YosysCommands() {}

    /** The command that synthesises {@code top}. */
    public static String synthesise(Fpga fpga, String top) {
        return switch (fpga.family()) {
            case ICE40 -> "synth_ice40 -top " + top;
            case ECP5 -> "synth_ecp5 -nowidelut -top " + top;
            case GOWIN -> "synth_gowin -nowidelut -top " + top;
            case SERIES_7 ->
                "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nowidelut -nodsp -nosrl -top " + top;
            case ULTRASCALE_PLUS ->
                "synth_xilinx -family xcup -flatten -noiopad -noclkbuf -nowidelut -nodsp -nosrl -top " + top;
        };
    }

    /** The script {@code synthesis.ys}, which works by itself where the files lie. */
    public static String script(Fpga fpga, String top, Collection<String> files) {
        return "# Yosys: counts the cells of %s on %s.\nread_verilog %s\n%s\nstat\n"
                .formatted(top, fpga.part(), verilog(files), synthesise(fpga, top));
    }

    /**
     * A script that leaves its results in a folder.
     *
     * @param top the module to synthesise
     * @param sources Verilog files
     * @param kept modules that stay apart from what is around them
     * @param result the files' path without their endings: {@code .stat.json}, and for place and route {@code .json}
     */
    static String into(Fpga fpga, String top, List<String> sources, List<String> kept, String result) {
        StringBuilder script = new StringBuilder("read_verilog %s\n".formatted(verilog(sources)));
        kept.forEach(module -> script.append("setattr -mod -set keep_hierarchy 1 %s\n".formatted(module)));
        script.append(synthesise(fpga, top));
        if (Tool.placing(fpga.family()).isPresent()) {
            script.append(" -json ").append(result).append(".json");
        }
        script.append("\ntee -q -o %s.stat.json stat -json\n".formatted(result));
        if (kept.isEmpty()) {
            script.append("write_verilog -noattr %s.v\n".formatted(result));
        }
        return script.toString();
    }

    private static String verilog(Collection<String> files) {
        return files.stream().filter(name -> name.endsWith(".v")).collect(Collectors.joining(" "));
    }
}
