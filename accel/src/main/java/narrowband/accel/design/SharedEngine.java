package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;
import static narrowband.accel.design.Program.sequence;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import narrowband.accel.design.EnginePass.Head;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;

/**
 * One bit-serial array that carries a network's layers in turn. It takes a plane of weights (a bit for each of {@code lanes}
 * rows and columns) and a plane of activations (a bit for each column) in each cycle, at the precision of each layer, as
 * BISMO does (Umuroglu et al., FPL 2018). Tensors stay in a memory of planes; weights and thresholds come by a stream of
 * their own, in tiles, the same words for every image.
 *
 * <p>Three processes. <i>load</i> fills one half of the tile memories while the other half is in use. <i>compute</i> walks
 * the passes: for each tile, output position, pair of planes from the heaviest on, and word of the window, one step.
 * <i>tail</i> takes the accumulators of a position and requantises them, a plane of all lanes at a time, by a binary search
 * in which the lanes take turns; or stores them, plane by plane; or sends them out, lane by lane.
 *
 * <p>A lane's own code, of an addition or a pool, enters its accumulator plane by plane just as a product does.
 *
 * <p>Pipeline: {@value #ACCUMULATE} cycles after the last step of a position fired, the tail can use its accumulators.
 *
 * @param lanes rows and columns of the array
 * @param tailLanes lanes that the tail requantises at a time; a quarter of {@code lanes} at most
 * @param image the words of the image that the first pass takes in
 * @param result the words that go out
 * @param accumulatorBits bits of an accumulator, a threshold and a bias
 * @param memoryWords words of the activation memory, of {@code lanes} bits each
 * @param passes in order
 */
public record SharedEngine(
        String name,
        String layer,
        int lanes,
        int tailLanes,
        StreamType image,
        StreamType result,
        int accumulatorBits,
        int memoryWords,
        List<EnginePass> passes)
        implements Unit {
    /** The input port of the weight stream; port 0 is the image's. */
    public static final int WEIGHTS = 1;

    /** The process that fills the tile memories. */
    public static final String LOAD = "load";

    /** The counter of halves of the tile memories that may be filled. */
    public static final int TILES_FREE = 0;

    /** The counter of tiles that are there. */
    public static final int TILES_LOADED = 1;

    /** The counter of positions that the tail can take: 1 while it is free. */
    public static final int TAIL_FREE = 2;

    /** The counter of positions whose accumulators the tail has not taken. */
    public static final int VALUES = 3;

    /** The counter of passes that may begin: 1 when all before are done. */
    public static final int PASSES = 4;

    /** The process that walks the passes: its program is a sequence with a part for each. */
    public static final String COMPUTE = "compute";

    /** Cycles from a position's last step until the tail can use its accumulators. */
    public static final int ACCUMULATE = 10;

    /** Steps before a pass, in which its description is fetched. */
    public static final int PROLOGUE = 3;

    private static final int TAIL_LATENCY = 3;

    public SharedEngine {
        passes = List.copyOf(passes);
        if (tailLanes * 4 > lanes || lanes % tailLanes != 0) {
            throw new IllegalArgumentException(
                    "%d tail lanes must divide %d lanes into at least 4 turns".formatted(tailLanes, lanes));
        }
    }

    /** Turns in which the tail takes all lanes. */
    public int turns() {
        return lanes / tailLanes;
    }

    /** Bits of a word of the weight stream: a row of a plane, or a threshold. */
    public int streamBits() {
        return Math.max(lanes, accumulatorBits);
    }

    /** Words of one half of the weight memory. */
    public int tileWords() {
        return passes.stream().mapToInt(EnginePass::tileWords).max().orElse(0);
    }

    /** Bits of the widest code that the tail requantises to, which decides how many thresholds a lane can have. */
    public int thresholdBits() {
        return passes.stream()
                .filter(pass -> pass.parameters() > 0)
                .mapToInt(pass -> pass.tail() == Tail.THRESHOLD ? pass.outputPlanes() : 1)
                .max()
                .orElse(0);
    }

    /** Words of each of the {@link #tailLanes} parameter memories: two halves, and for each turn a heap of thresholds. */
    public int parameterWords() {
        return thresholdBits() == 0 ? 0 : 2 * turns() << thresholdBits();
    }

    /** Words of the image that the first pass keeps for one position. */
    public int keptWords() {
        return passes.getFirst().words();
    }

    /** Words of the weight stream for one image. */
    public long streamWords() {
        return passes.stream()
                .mapToLong(pass -> (long) pass.tiles() * lanes * (pass.tileWords() + pass.parameters()))
                .sum();
    }

    @Override
    public List<StreamType> inputs() {
        return List.of(image, new StreamType(streamBits(), CodeType.unsigned(1), streamWords()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(result);
    }

    @Override
    public Timing timing() {
        List<Program> compute = new ArrayList<>();
        List<Program> tail = new ArrayList<>();
        List<Program> load = new ArrayList<>();
        for (EnginePass pass : passes) {
            compute.add(compute(pass));
            tail.add(tail(pass));
            if (pass.loads()) {
                load.add(repeat(pass.tiles(), load(pass)));
            }
        }
        return new Timing(
                List.of(
                        new Process(COMPUTE, new Program.Sequence(compute), 1),
                        new Process(LOAD, new Program.Sequence(load), 1),
                        new Process("tail", new Program.Sequence(tail), TAIL_LATENCY)),
                List.of(2, 0, 1, 0, 1));
    }

    private Program load(EnginePass pass) {
        Step word = new Step(1 << WEIGHTS, 0, List.of(), List.of());
        long words = (long) lanes * (pass.tileWords() + pass.parameters());
        Step begins = Step.WORK.needing(TILES_FREE, 1).changing(TILES_FREE, -1);
        return sequence(begins, repeat(words - 1, word), word.changing(TILES_LOADED, 1));
    }

    private Program compute(EnginePass pass) {
        Step begins = Step.WORK.needing(PASSES, 1).changing(PASSES, -1);
        UnaryOperator<Step> takes = pass.loads()
                ? step -> step.needing(TILES_LOADED, 1).changing(TILES_LOADED, -1)
                : UnaryOperator.identity();
        Program tile = sequence(
                position(pass, takes),
                repeat(pass.window().positions() - 1L, position(pass, UnaryOperator.identity())));
        return sequence(begins, repeat(PROLOGUE - 1L, Step.WORK), repeat(pass.tiles(), tile));
    }

    /** The steps of one position; the image is read with the first pair of planes. */
    private static Program position(EnginePass pass, UnaryOperator<Step> first) {
        int reads = pass.streamed() ? pass.words() : 0;
        int steps = pass.steps();
        UnaryOperator<Step> last =
                step -> step.needing(TAIL_FREE, 1).changing(TAIL_FREE, -1).changing(VALUES, 1);
        if (steps == 1) {
            return last.apply(first.apply(step(0, reads)));
        }
        int readsWithin = Math.clamp(reads - 1L, 0, steps - 2);
        return sequence(
                first.apply(step(0, reads)),
                repeat(readsWithin, Step.READ),
                repeat(steps - 2L - readsWithin, Step.WORK),
                last.apply(step(steps - 1, reads)));
    }

    private static Step step(int index, int reads) {
        return index < reads ? Step.READ : Step.WORK;
    }

    private Program tail(EnginePass pass) {
        Program others = repeat(pass.tiles() - 1L, tailTile(pass, 0, false));
        return sequence(others, tailTile(pass, pass.tiles() - 1, true));
    }

    private Program tailTile(EnginePass pass, int tile, boolean ends) {
        int valid = pass.validLanes(tile, lanes);
        UnaryOperator<Step> frees = pass.loads() ? step -> step.changing(TILES_FREE, 1) : UnaryOperator.identity();
        UnaryOperator<Step> last = ends ? step -> frees.apply(step).changing(PASSES, 1) : frees;
        if (pass.tail() == Tail.UNLOAD) {
            Program row = sequence(
                    repeat(pass.window().width() - 1L, tailPosition(pass, lanes, false, UnaryOperator.identity())),
                    tailPosition(pass, valid, false, UnaryOperator.identity()));
            Program lastRow = sequence(
                    repeat(pass.window().width() - 1L, tailPosition(pass, lanes, false, UnaryOperator.identity())),
                    tailPosition(pass, valid, false, last));
            return sequence(repeat(pass.window().height() - 1L, row), lastRow);
        }
        return sequence(
                repeat(pass.window().positions() - 1L, tailPosition(pass, valid, false, UnaryOperator.identity())),
                tailPosition(pass, valid, ends, last));
    }

    /** Waits for the pipeline of the array, then takes the position's accumulators. */
    private Program tailPosition(EnginePass pass, int valid, boolean ends, UnaryOperator<Step> last) {
        int steps = tailSteps(pass, valid);
        Step within = pass.tail() == Tail.SCORES || pass.tail() == Tail.UNLOAD ? Step.WRITE : Step.WORK;
        Step end = pass.tail() == Tail.ARG_MAXIMUM && ends ? Step.WRITE : within;
        return sequence(
                Step.WORK.needing(VALUES, 1).changing(VALUES, -1),
                repeat(ACCUMULATE - 2L, Step.WORK),
                repeat(steps - 1L, within),
                last.apply(end.changing(TAIL_FREE, 1)));
    }

    /** Steps of the tail for one position, without those in which it waits. */
    public int tailSteps(EnginePass pass, int valid) {
        return switch (pass.tail()) {
            case THRESHOLD -> pass.outputPlanes() * turns();
            case STORE -> pass.outputPlanes();
            case SCORES, UNLOAD, ARG_MAXIMUM -> valid;
        };
    }

    /** The cycles that a pass takes at least when its tiles are there in time: the slower of array and tail for each position. */
    public long cycles(EnginePass pass) {
        int tail = ACCUMULATE + tailSteps(pass, lanes);
        return (long) pass.tiles() * pass.window().positions() * Math.max(pass.steps(), tail);
    }

    /** The cycles of an image at least, as {@link #cycles(EnginePass)} counts them. */
    public long cycles() {
        return Math.max(streamWords(), passes.stream().mapToLong(this::cycles).sum());
    }

    /**
     * The passes exclude each other, since the first step of each waits for the last of the tail of the one before. Within a
     * pass a position's last step waits until the tail is free of the position before, and the tail for that step.
     */
    @Override
    public long leastCycles() {
        return Math.max(
                timing().cycles(), passes.stream().mapToLong(this::leastCycles).sum());
    }

    private long leastCycles(EnginePass pass) {
        long positions = pass.window().positions();
        long cycles = PROLOGUE + pass.steps();
        long last = 0;
        for (int tile = 0; tile < pass.tiles(); tile++) {
            last = ACCUMULATE + tailSteps(pass, pass.validLanes(tile, lanes));
            cycles += positions * Math.max(pass.steps(), last);
        }
        // Behind the last position of all there is none that its time could be hidden in.
        return cycles - Math.max(pass.steps(), last) + last - 1;
    }

    @Override
    public Resources resources(Fpga fpga) {
        return EngineResources.of(this, fpga);
    }

    /** Whether some pass has a head of this kind. */
    public boolean has(Head head) {
        return passes.stream().anyMatch(pass -> pass.head() == head);
    }

    /** Whether some pass has a tail of this kind. */
    public boolean has(Tail tail) {
        return passes.stream().anyMatch(pass -> pass.tail() == tail);
    }
}
