package narrowband.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Fpga;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.sim.explore.DesignPoint;
import narrowband.sim.explore.Exploration;
import narrowband.sim.explore.Outcome;
import narrowband.sim.explore.OutcomeLog;
import narrowband.sim.report.ExplorationReport;
import narrowband.sim.report.Provenance;
import narrowband.training.Evaluation;
import narrowband.training.data.DataSource;
import narrowband.training.data.Images;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Designs and simulates networks on FPGAs in many ways, and tells which designs no other beats. */
@Command(
        name = "explore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Designs and simulates every combination of networks, FPGAs, clocks and plans, and tells which designs no other"
                    + " beats in accuracy, rate, latency, energy and logic cells.",
            "Example: narrowband explore w2.nbn w4.nbn --fpga xc7a35t,ecp5-25k --plan fill,1000fps --data strokes --out out/all"
        })
final class ExploreCommand implements Callable<Integer> {
    private static final String LOG = "explore.jsonl";

    @Parameters(paramLabel = "NETWORK", arity = "1..*", description = "Integer networks, as train and flow write them.")
    private List<Path> networks;

    @Option(
            names = "--fpga",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "xc7a35t",
            description = "FPGAs of `narrowband devices`, commas between. Default: ${DEFAULT-VALUE}.")
    private List<String> fpgas;

    @Option(
            names = "--clock",
            paramLabel = "MHZ",
            split = ",",
            description = "Clocks. Default: a cautious one for each FPGA.")
    private List<Double> clocks = List.of();

    @Option(
            names = "--plan",
            paramLabel = "PLAN",
            split = ",",
            defaultValue = "fill",
            description =
                    "What to design: fill, the fastest unit-for-each-layer design in half of the FPGA; 300fps, the smallest"
                            + " of that rate; shared, the fastest one-array design; 32lanes, an array of that size."
                            + " Default: ${DEFAULT-VALUE}.")
    private List<String> plans;

    @Option(
            names = "--bandwidth",
            paramLabel = "MBS",
            split = ",",
            description =
                    "What the memory of an array's weights gives, in 10^6 bytes a second. Default: a word in each cycle.")
    private List<Double> bandwidths = List.of();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "Measure each network's accuracy on these test images: " + DataSource.FORMS + ".")
    private Optional<String> data = Optional.empty();

    @Option(names = "--test-images", paramLabel = "N", description = "Only the first N of them. Default: all.")
    private Optional<Integer> testImages = Optional.empty();

    @Option(names = "--resume", description = "Goes on with what an interrupted exploration left in --out.")
    private boolean resume;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description =
                    "The folder for explore.html, .csv, .md and " + LOG + ", which holds each outcome as it comes.")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        Output output = arguments.output();
        Map<String, IntegerNetwork> named = read();
        List<DesignPoint> points = points(named.keySet());
        Optional<Images> images = data.map(source -> TestImages.of(source, testImages, arguments.seed()));
        // Images that do not suit a network are found out now, and not when all designs are made.
        accuracies(named, images.map(all -> all.range(0, 1)));
        Exploration exploration = new Exploration(named, arguments.seed());
        try (OutputFolder folder = OutputFolder.create(out, resume || arguments.force());
                Interruption interruption = new Interruption()) {
            OutcomeLog log = resume
                    ? OutcomeLog.resume(folder.file(LOG), exploration)
                    : OutcomeLog.start(folder.file(LOG), exploration);
            Set<DesignPoint> known = new HashSet<>();
            log.outcomes().forEach(outcome -> known.add(outcome.point()));
            List<DesignPoint> left =
                    points.stream().filter(point -> !known.contains(point)).toList();
            TerminalBar.during("exploring", left.size(), done -> {
                exploration.run(
                        left,
                        outcome -> {
                            log.add(outcome);
                            done.accept(log.outcomes().size());
                        },
                        interruption);
                return null;
            });
            if (interruption.getAsBoolean()) {
                output.log(
                        "narrowband: interrupted; %d of %d designs are in %s. Go on with the same command and --resume."
                                .formatted(log.outcomes().size(), points.size(), folder.file(LOG)));
                return Narrowband.INTERRUPTED;
            }
            Set<DesignPoint> asked = new HashSet<>(points);
            List<Outcome> outcomes = log.outcomes().stream()
                    .filter(outcome -> asked.contains(outcome.point()))
                    .toList();
            write(folder, ExplorationReport.of(provenance(), accuracies(named, images), outcomes), output);
        }
        return Narrowband.FINE;
    }

    private void write(OutputFolder folder, ExplorationReport report, Output output) {
        folder.write("explore.html", report.html());
        folder.write("explore.csv", report.csv());
        folder.write("explore.md", report.markdown());
        output.say("%d designs, %d of them on the front (no other on the same FPGA beats them):"
                .formatted(
                        report.outcomes().stream()
                                .filter(outcome -> outcome.figures().isPresent())
                                .count(),
                        report.front().size()));
        output.say(report.markdown());
        long refused = report.outcomes().stream()
                .filter(outcome -> outcome.refusal().isPresent())
                .count();
        if (refused > 0) {
            output.say("%d combinations have no design; %s says why.".formatted(refused, folder.file("explore.html")));
        }
        output.say("report    %s".formatted(folder.file("explore.html")));
        output.json(report);
    }

    /** The networks, by their files' names. */
    private Map<String, IntegerNetwork> read() {
        Map<String, IntegerNetwork> named = new LinkedHashMap<>();
        for (Path path : networks) {
            String name = path.getFileName().toString().replaceFirst("\\.nbn$", "");
            if (named.putIfAbsent(named.containsKey(name) ? path.toString() : name, NetworkFile.read(path)) != null) {
                throw new InvalidInputException("The network %s is named twice.".formatted(path));
            }
        }
        return named;
    }

    private List<DesignPoint> points(Set<String> names) {
        List<DesignPoint> points = new ArrayList<>();
        for (String network : names) {
            for (String named : fpgas) {
                Fpga device = Fpga.named(named);
                String fpga = device.name();
                List<Double> here = clocks.isEmpty() ? List.of(device.clockMegahertz()) : clocks;
                for (double clock : here) {
                    for (String plan : plans) {
                        DesignPoint point = new DesignPoint(network, fpga, clock, plan, Optional.empty());
                        if (!point.isShared() || bandwidths.isEmpty()) {
                            points.add(point);
                            continue;
                        }
                        bandwidths.forEach(
                                rate -> points.add(new DesignPoint(network, fpga, clock, plan, Optional.of(rate))));
                    }
                }
            }
        }
        return points.stream().distinct().toList();
    }

    private static Map<String, Double> accuracies(Map<String, IntegerNetwork> named, Optional<Images> images) {
        Map<String, Double> accuracies = new LinkedHashMap<>();
        images.ifPresent(given -> named.forEach((name, network) -> accuracies.put(
                name,
                TerminalBar.during(
                        "evaluating " + name,
                        given.size(),
                        done -> Evaluation.of(network, given, done).accuracy()))));
        return accuracies;
    }

    private Provenance provenance() {
        return new Provenance(
                "Exploration",
                "",
                data.orElse(""),
                arguments.seed(),
                arguments.commandLine(),
                Narrowband.VERSION,
                Instant.now());
    }
}
