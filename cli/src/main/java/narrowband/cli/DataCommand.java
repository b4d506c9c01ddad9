package narrowband.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import narrowband.accel.InvalidInputException;
import narrowband.training.data.DataSet;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a data set and shows what is in it. */
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reads a data set, checks its files, and tells what is in it; shows an image in the terminal.",
            "Example: narrowband data strokes --show 3"
        })
final class DataCommand implements Callable<Integer> {
    private static final String SHADES = " .:-=+*#%@";

    @Parameters(
            paramLabel = "DATA",
            defaultValue = "strokes",
            description = DataSource.FORMS + ". Default: ${DEFAULT-VALUE}.")
    private String data;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Draws strokes, and the held-out split. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--show", paramLabel = "N", description = "Show this test image, counted from 0.")
    private Integer show;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        DataSet set = DataSource.parse(data).load(seed);
        if (show != null && (show < 0 || show >= set.test().size())) {
            throw new InvalidInputException("--show must be 0 to %,d, the test images of %s, not %,d."
                    .formatted(set.test().size() - 1, data, show));
        }
        Output output = Output.of(spec, json);
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("name", set.name());
        facts.put(
                "shape",
                "%dx%dx%d"
                        .formatted(
                                set.train().height(),
                                set.train().width(),
                                set.train().channels()));
        facts.put("classes", set.train().classes());
        for (Map.Entry<String, Images> part :
                Map.of("train", set.train(), "validation", set.validation(), "test", set.test()).entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .toList()) {
            int[] counts = new int[part.getValue().classes()];
            IntStream.range(0, part.getValue().size())
                    .map(part.getValue()::label)
                    .forEach(label -> counts[label]++);
            facts.put(part.getKey(), Map.of("images", part.getValue().size(), "imagesOfClass", counts));
            output.say("%-10s %,7d images of %s, of each class %s"
                    .formatted(part.getKey(), part.getValue().size(), facts.get("shape"), Arrays.toString(counts)));
        }
        output.json(facts);
        if (show != null) {
            output.say(picture(set.test()));
        }
        return Narrowband.FINE;
    }

    private String picture(Images images) {
        int[] image = images.image(show);
        StringBuilder text = new StringBuilder("test image %d, class %d%n".formatted(show, images.label(show)));
        for (int y = 0; y < images.height(); y++) {
            for (int x = 0; x < images.width(); x++) {
                int sum = 0;
                for (int c = 0; c < images.channels(); c++) {
                    sum += image[(y * images.width() + x) * images.channels() + c];
                }
                text.repeat(SHADES.charAt(sum / images.channels() * SHADES.length() / 256), 2);
            }
            text.append('\n');
        }
        return text.toString();
    }
}
