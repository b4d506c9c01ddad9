package narrowband.cli;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.hdlgen.ExternalSimulator;
import narrowband.hdlgen.RtlDesign;
import narrowband.hdlgen.RtlFolder;
import narrowband.hdlgen.RtlRun;
import narrowband.hdlgen.RtlSimulation;
import narrowband.hdlgen.TestBench;
import narrowband.hdlgen.synthesis.GateLevel;
import narrowband.sim.cycle.ChannelTrace;
import narrowband.sim.cycle.CycleList;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.report.Verification;

/**
 * Holds the emitted hardware against the integer reference (values) and the cycle simulator (cycles). The two expectations
 * come from modules that know nothing of the hardware.
 */
final class Comparison {
    private final Accelerator accelerator;
    private final RtlDesign hardware;
    private final List<int[]> images;
    private final Simulation simulation;
    private final List<Map<String, int[]>> reference;

    private long words;
    private long mismatches;
    private Optional<String> first = Optional.empty();

    Comparison(Accelerator accelerator, List<int[]> images) {
        this(accelerator, ForkJoinPool.commonPool().submit(() -> new RtlDesign(accelerator)), images);
    }

    /**
     * For hardware that was made from something else, to see that the comparison notices.
     *
     * @param accelerator what is expected
     * @param hardware what is run; its channels have the same names
     */
    Comparison(Accelerator accelerator, RtlDesign hardware, List<int[]> images) {
        this(accelerator, ForkJoinPool.commonPool().submit(() -> hardware), images);
    }

    /** @param hardware while it is made, what is expected of it is worked out */
    private Comparison(Accelerator accelerator, ForkJoinTask<RtlDesign> hardware, List<int[]> images) {
        this.accelerator = accelerator;
        this.images = images;
        simulation = CycleSimulator.simulate(
                accelerator, Stimulus.images(images.size()).withTrace());
        ReferenceExecutor executor = new ReferenceExecutor(accelerator.network());
        reference = images.stream().map(executor::run).toList();
        this.hardware = hardware.join();
    }

    /** The outcome, and where the first difference was. */
    record Outcome(Verification verification, Optional<String> firstDifference) {}

    /** The hardware that is compared. */
    RtlDesign hardware() {
        return hardware;
    }

    /** A test bench for the images with what they must give. */
    TestBench testBench() {
        Map<String, long[]> entered = new HashMap<>();
        simulation
                .traces()
                .forEach(trace -> entered.put(trace.name(), trace.entered().toArray()));
        return new TestBench(
                accelerator,
                images,
                reference,
                entered,
                simulation.outputCycles().stream().map(CycleList::toArray).toList());
    }

    /** Runs the design inside the Java machine and compares every word of every channel, its value and its cycle. */
    Outcome inJvm() {
        RtlRun run;
        try {
            run = new RtlSimulation(hardware).run(images, _ -> true, _ -> true, true);
        } catch (IllegalStateException e) {
            return stoodStill(e);
        }
        Map<String, ChannelTrace> traces = new HashMap<>();
        simulation.traces().forEach(trace -> traces.put(trace.name(), trace));
        for (Channel channel : accelerator.channels()) {
            RtlRun.Transfers transfers = run.transfers().get(channel.name());
            compareCycles(
                    channel, transfers, traces.get(channel.name()).entered().toArray());
            accelerator.carries(channel).ifPresent(layer -> compareCodes(channel, layer, transfers));
        }
        for (int i = 0; i < images.size(); i++) {
            compareResult(i, run);
        }
        return outcome("jvm", run.cycles());
    }

    /** Runs design files in another simulator and compares every word that comes out and, by signatures, those within. */
    Outcome with(ExternalSimulator simulator, RtlFolder folder) {
        return judged(
                simulator.run(folder.folder(), hardware.sources(), testBench()),
                simulator.name().toLowerCase(java.util.Locale.ROOT),
                simulation.traces().stream()
                        .mapToLong(trace -> trace.entered().size())
                        .sum());
    }

    /**
     * Runs a netlist in another simulator and compares every word that comes out; what is within cannot be seen.
     *
     * @param sources Verilog files with absolute paths
     */
    Outcome ofNetlist(ExternalSimulator simulator, RtlFolder folder, List<String> sources) {
        return judged(
                simulator.run(folder.folder(), sources, testBench().ofResults(), GateLevel.DEFINE),
                "netlist in " + simulator.name().toLowerCase(java.util.Locale.ROOT),
                0);
    }

    private Outcome judged(ExternalSimulator.Report report, String simulator, long wordsWithin) {
        words = report.expectedWords() + wordsWithin;
        mismatches = report.wrong() + report.late() + report.unlike() + report.expectedWords() - report.words();
        first = report.differences().stream().findFirst();
        return outcome(simulator, report.cycles());
    }

    /** Hardware that gives no more results gets all of them counted as wrong. */
    private Outcome stoodStill(IllegalStateException reason) {
        words = images.size() * accelerator.output().type().words();
        mismatches = words;
        first = Optional.of(reason.getMessage());
        return outcome("jvm", 0);
    }

    private Outcome outcome(String simulator, long cycles) {
        long simulated = simulation.images().getLast().lastWordOut() + 1;
        return new Outcome(new Verification(simulator, images.size(), words, mismatches, simulated, cycles), first);
    }

    private void compareCycles(Channel channel, RtlRun.Transfers transfers, long[] expected) {
        words += expected.length;
        for (int word = 0; word < expected.length; word++) {
            boolean there = word < transfers.cycles().length;
            if (!there || transfers.cycles()[word] != expected[word]) {
                differs("channel %s, word %d: enters in cycle %s, simulated %d"
                        .formatted(channel.name(), word, there ? transfers.cycles()[word] : "none", expected[word]));
            }
        }
    }

    private void compareCodes(Channel channel, String layer, RtlRun.Transfers transfers) {
        int[] expected = reference.stream()
                .flatMapToInt(codes -> Arrays.stream(codes.get(layer)))
                .toArray();
        for (int code = 0; code < expected.length; code++) {
            boolean there = code < transfers.codes().length;
            if (!there || transfers.codes()[code] != expected[code]) {
                differs("channel %s, layer %s, code %d: %s, the reference has %d"
                        .formatted(
                                channel.name(), layer, code, there ? transfers.codes()[code] : "none", expected[code]));
            }
        }
    }

    private void compareResult(int image, RtlRun run) {
        int[] expected = reference.get(image).get(accelerator.network().output().name());
        long[] cycles = simulation.outputCycles().get(image).toArray();
        words += cycles.length;
        if (!Arrays.equals(expected, run.results().get(image))) {
            differs("result of image %d: %s, the reference has %s"
                    .formatted(image, Arrays.toString(run.results().get(image)), Arrays.toString(expected)));
        }
        if (!Arrays.equals(cycles, run.resultCycles().get(image))) {
            differs("result of image %d: leaves in cycles %s, simulated %s"
                    .formatted(image, Arrays.toString(run.resultCycles().get(image)), Arrays.toString(cycles)));
        }
    }

    private void differs(String where) {
        mismatches++;
        if (first.isEmpty()) {
            first = Optional.of(where);
        }
    }
}
