package narrowband.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.NetworkFile;
import narrowband.hdlgen.RtlFolder;
import narrowband.hdlgen.control.WeightLoad;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes what a processor must write to an accelerator's AXI4-Lite port to give it other weights. */
@Command(
        name = "weights",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Lists the writes to an accelerator's AXI4-Lite port that give it the weights of another network. The accelerator"
                    + " must have been exported with --reloadable-weights; the networks may differ in weights alone.",
            "Each line is a byte address and 32 bits of data, both hexadecimal, in the order in which they must be written,"
                    + " while no image is under way.",
            "Example: narrowband weights out/rtl retrained.nbn --out weights.txt"
        })
final class WeightsCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RTL_DIR", description = "A folder that export or flow wrote.")
    private Path folder;

    @Parameters(index = "1", paramLabel = "NETWORK", description = "The network whose weights are loaded.")
    private Path network;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The list's file.")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        OutputFile file = OutputFile.of(out, "--out", arguments.force());
        RtlFolder rtl = RtlFolder.read(folder);
        if (WeightLoad.units(rtl.accelerator()).isEmpty()) {
            throw new InvalidInputException(
                    "%s: no weights of this accelerator can be loaded; export it with --reloadable-weights."
                            .formatted(folder));
        }
        IntegerNetwork given = NetworkFile.read(network);
        IntegerNetwork loaded = rtl.accelerator().network().output() instanceof Layer.TopScores top
                ? given.withTopScores(top.count())
                : given;
        List<WeightLoad.Write> writes = WeightLoad.writes(rtl.accelerator(), loaded);
        String text = writes.stream()
                .map(write -> "%02x %08x\n".formatted(write.register().offset(), write.data()))
                .collect(Collectors.joining());
        file.write(text.getBytes(StandardCharsets.UTF_8));
        Output output = arguments.output();
        output.say("wrote %s: %,d writes".formatted(out, writes.size()));
        output.json(Map.of("file", out.toString(), "writes", writes.size()));
        return Narrowband.FINE;
    }
}
