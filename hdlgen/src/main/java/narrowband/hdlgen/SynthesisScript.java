package narrowband.hdlgen;

import java.util.Collection;
import java.util.stream.Collectors;
import narrowband.accel.design.Accelerator;

/** A Yosys script that synthesises a design for its FPGA and counts cells: {@code yosys synthesis.ys}. */
final class SynthesisScript {
    private SynthesisScript() {}

    static String yosys(Accelerator accelerator, Collection<String> files) {
        String top = TestBench.design(accelerator);
        String synthesis = switch (accelerator.fpga().family()) {
            case ICE40 -> "synth_ice40 -top " + top;
            case ECP5 -> "synth_ecp5 -nowidelut -top " + top;
            case GOWIN -> "synth_gowin -nowidelut -top " + top;
            case SERIES_7 ->
                "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf -nowidelut -nodsp -nosrl -top " + top;
            case ULTRASCALE_PLUS ->
                "synth_xilinx -family xcup -flatten -noiopad -noclkbuf -nowidelut -nodsp -nosrl -top " + top;
        };
        String sources = files.stream().filter(name -> name.endsWith(".v")).collect(Collectors.joining(" "));
        return "# Yosys: counts the cells of %s on %s.\nread_verilog %s\n%s\nstat\n"
                .formatted(top, accelerator.fpga().part(), sources, synthesis);
    }
}
