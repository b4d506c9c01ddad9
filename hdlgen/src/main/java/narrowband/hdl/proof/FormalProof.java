package narrowband.hdl.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.hdl.Design;
import narrowband.hdl.bits.Aiger;
import narrowband.hdl.bits.BitLevel;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.FlatNetlist.PlacedCheck;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.tool.OutsideProgram;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/**
 * Proves the checks of a design in its emitted Verilog, with Yosys, yosys-smtbmc and Z3.
 *
 * <p>A run starts at power up, with every register at its initial value; inputs and the reset do what they like, so long as the top module's assumptions hold. What the
 * instances inside assume is proven like an assertion, because the design must not break it. The design has one clock.
 */
public final class FormalProof {
    private static final OutsideProgram YOSYS = new OutsideProgram("yosys");
    private static final OutsideProgram PROVER = new OutsideProgram("yosys-smtbmc");
    private static final OutsideProgram CHECKER = new OutsideProgram("berkeley-abc");
    private static final OutsideProgram SOLVER = new OutsideProgram("z3");

    private static final Pattern STEP = Pattern.compile("Checking assertions in step (\\d+)");
    private static final Pattern FRAME = Pattern.compile("was asserted in frame (\\d+)");
    private static final Pattern FAILED = Pattern.compile("Assert failed in \\S+: (\\S+)");
    private static final Pattern REACHED = Pattern.compile("Reached cover statement at (\\S+) in step (\\d+)");

    private final Design design;
    private final Map<String, PlacedCheck> checks = new HashMap<>();

    /**
     * Proofs about {@code design}.
     *
     * @throws IllegalArgumentException where the design runs on several clocks
     */
    public FormalProof(Design design) {
        if (design.top().clocksUsed().size() > 1) {
            throw new IllegalArgumentException("a design with several clocks cannot be proven");
        }
        this.design = design;
        Map<String, List<PlacedCheck>> byInstance = new HashMap<>();
        design.flat()
                .checks()
                .forEach(check -> byInstance
                        .computeIfAbsent(check.instance(), place -> new ArrayList<>())
                        .add(check));
        label(design.top(), "", byInstance);
    }

    /** Whether the programs that proofs need are here. */
    public static boolean available() {
        return YOSYS.available() && PROVER.available() && SOLVER.available();
    }

    /**
     * Looks for a run of {@code cycles} cycles in which a check fails. Files stay in {@code folder}.
     *
     * @throws IOException where a program cannot be run or reports a fault, with what it said
     */
    public Verdict bounded(Path folder, int cycles) throws IOException, InterruptedException {
        model(folder);
        return base(folder, 0, cycles).orElse(new Verdict.Bounded(cycles));
    }

    /**
     * Proves the checks for all time by induction: they hold in the first {@code depth} cycles, and after any {@code depth} cycles in which they held they hold once more.
     *
     * @throws IOException where a program cannot be run or reports a fault, with what it said
     */
    public Verdict prove(Path folder, int depth) throws IOException, InterruptedException {
        model(folder);
        Optional<Verdict> fault = base(folder, 0, depth);
        if (fault.isPresent()) {
            return fault.get();
        }
        String said = run(folder, "induction.log", List.of("-i", "-t", String.valueOf(depth)));
        if (said.contains("Status: PASSED")) {
            return new Verdict.Proven();
        }
        return new Verdict.Inconclusive(depth, failed(said));
    }

    /**
     * Decides the checks for all time without a depth, on the design's bit-level form (which {@link Equivalence} proves equal to its Verilog): ABC's property-directed
     * reachability finds by itself which states are never reached. Where it gives up within {@code limit} for each check, the verdict is {@link Verdict.Inconclusive} of 0
     * cycles.
     *
     * @throws IOException where a program cannot be run or reports a fault, with what it said
     */
    public Verdict decide(Path folder, Duration limit) throws IOException, InterruptedException {
        return onBits(folder, "pdr -T " + limit.toSeconds(), "Property proved").orElse(new Verdict.Proven());
    }

    /**
     * As {@link #bounded}, on the design's bit-level form: ABC's bounded model checking, which takes in arithmetic that is beyond Z3. Where it does not get through
     * {@code cycles} cycles within {@code limit} for each check, the verdict is {@link Verdict.Inconclusive} of 0 cycles.
     *
     * @throws IOException where a program cannot be run or reports a fault, with what it said
     */
    public Verdict boundedOnBits(Path folder, int cycles, Duration limit) throws IOException, InterruptedException {
        return onBits(folder, "bmc3 -F " + cycles + " -T " + limit.toSeconds(), "No output asserted in " + cycles)
                .orElse(new Verdict.Bounded(cycles));
    }

    /** What speaks against the checks, one by one: a failure, or one of which ABC did not say that it holds. */
    private Optional<Verdict> onBits(Path folder, String method, String success)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Optional<PlacedCheck> open = Optional.empty();
        for (PlacedCheck check : design.flat().checks()) {
            boolean assumed = check.check().kind() == Check.Kind.ASSUME
                    && check.instance().isEmpty();
            if (assumed || check.check().kind() == Check.Kind.COVER) {
                continue;
            }
            Files.write(folder.resolve("failure.aig"), Aiger.of(BitLevel.failure(design.flat(), check)));
            Path log = folder.resolve("decision.log");
            CHECKER.succeed(folder, log, List.of("-q", "read failure.aig; " + method));
            String said = Files.readString(log);
            Matcher frame = FRAME.matcher(said);
            if (frame.find()) {
                model(folder);
                int cycle = Integer.parseInt(frame.group(1));
                return Optional.of(base(folder, cycle, cycle + 1)
                        .orElseThrow(
                                () -> new IOException("the Verilog does not fail where the netlist does: " + said)));
            }
            if (!said.contains(success)) {
                open = Optional.of(check);
            }
        }
        return open.map(check -> new Verdict.Inconclusive(0, check));
    }

    /** Whether the programs that {@link #decide} needs are here. */
    public static boolean decisionAvailable() {
        return available() && CHECKER.available();
    }

    /**
     * For each cover statement that can be reached within {@code cycles} cycles, the first cycle in which it can.
     *
     * @throws IOException where a program cannot be run or reports a fault, with what it said
     */
    public Map<PlacedCheck, Integer> covered(Path folder, int cycles) throws IOException, InterruptedException {
        model(folder);
        String said = run(folder, "cover.log", List.of("-c", "-t", String.valueOf(cycles)));
        Map<PlacedCheck, Integer> reached = new LinkedHashMap<>();
        Matcher found = REACHED.matcher(said);
        while (found.find()) {
            reached.put(checks.get(found.group(1)), Integer.parseInt(found.group(2)));
        }
        return reached;
    }

    /** Checks cycles from {@code first} up to {@code cycles}, not included. */
    private Optional<Verdict> base(Path folder, int first, int cycles) throws IOException, InterruptedException {
        String wave = "counterexample.vcd";
        String said = run(folder, "base.log", List.of("--presat", "--dump-vcd", wave, "-t", first + ":" + cycles));
        if (said.contains("Status: PASSED")) {
            return Optional.empty();
        }
        if (said.contains("Status: PREUNSAT")) {
            return Optional.of(new Verdict.Contradiction(cycles));
        }
        Matcher step = STEP.matcher(said);
        int cycle = 0;
        while (step.find()) {
            cycle = Integer.parseInt(step.group(1));
        }
        return Optional.of(new Verdict.Counterexample(cycle, failed(said), folder.resolve(wave)));
    }

    private PlacedCheck failed(String said) throws IOException {
        Matcher failed = FAILED.matcher(said);
        if (!failed.find() || !checks.containsKey(failed.group(1))) {
            throw new IOException("the prover failed without naming a check: " + said);
        }
        return checks.get(failed.group(1));
    }

    private void model(Path folder) throws IOException, InterruptedException {
        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        String script = "read_verilog -formal " + String.join(" ", files.sources())
                + "; hierarchy -check -top " + files.top()
                + "; proc; select -set inner * " + files.top() + " %d; chformal -assume2assert @inner"
                + "; flatten; memory_nordff; async2sync; chformal -early; setundef -undriven -anyseq"
                + "; opt -fast; dffunmap; write_smt2 -wires model.smt2";
        YOSYS.succeed(folder, folder.resolve("model.log"), List.of("-q", "-p", script));
    }

    private static String run(Path folder, String log, List<String> options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-s", SOLVER.name(), "--noprogress"));
        arguments.addAll(options);
        arguments.add("model.smt2");
        PROVER.run(folder, folder.resolve(log), arguments);
        String said = Files.readString(folder.resolve(log));
        if (!said.contains("Status: ")) {
            throw new IOException(PROVER.name() + " came to no end: " + said);
        }
        return said;
    }

    /** Finds the checks of a module and those inside it by what they are called in the flattened Verilog. */
    private void label(ModuleNetlist module, String instance, Map<String, List<PlacedCheck>> byInstance) {
        List<String> labels = VerilogEmitter.checkLabels(module);
        List<PlacedCheck> placed = byInstance.getOrDefault(instance, List.of());
        String prefix = instance.isEmpty() ? "" : instance + ".";
        for (int i = 0; i < labels.size(); i++) {
            checks.put(prefix + labels.get(i), placed.get(i));
        }
        for (Instance inner : module.instances()) {
            label(inner.module(), prefix + inner.name(), byInstance);
        }
    }
}
