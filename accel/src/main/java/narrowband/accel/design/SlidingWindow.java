package narrowband.accel.design;

import static narrowband.accel.design.Program.repeat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Program.Step;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Shape;
import narrowband.accel.network.Tensor;

/**
 * Turns an image in raster order into the windows of a convolution or pooling, zero padding included: for every output
 * position, every kernel row, kernel column and channel, as many of them in a word as {@link Word} says. Keeps
 * {@code kernelHeight + stride} rows in a circular line buffer: one process fills rows, another walks complete rows, so that
 * the next rows come in while windows go out.
 *
 * @param lanes channels of one position that come in together; where a word holds more than one tap, all channels
 * @param word how much of a window goes out in one word
 */
public record SlidingWindow(
        String name,
        String layer,
        Shape input,
        CodeType element,
        int lanes,
        int kernelHeight,
        int kernelWidth,
        int stride,
        int padding,
        Word word)
        implements Unit {
    /** How much of a window a word holds; a tap is one position of the kernel. */
    public enum Word {
        /** Channels of one tap. */
        TAP,
        /** A kernel row with all its channels: the line buffer has a bank for each kernel column. */
        ROW,
        /** The whole window: the line buffer has a bank for each kernel column of each of its rows. */
        WINDOW
    }

    /** The counter of rows that may be filled. */
    public static final int FREE_ROWS = 0;

    /** The counter of complete rows that are not yet released. */
    public static final int READY_ROWS = 1;

    public SlidingWindow {
        if (input.channels() % lanes != 0) {
            throw new IllegalArgumentException("%d lanes must divide %d channels".formatted(lanes, input.channels()));
        }
        if (word != Word.TAP && lanes != input.channels()) {
            throw new IllegalArgumentException(
                    "words of several taps hold all %d channels, not %d lanes".formatted(input.channels(), lanes));
        }
    }

    /** The window in front of a convolution that takes {@code simd} columns at a time; none where each position is its own window. */
    static Optional<SlidingWindow> of(Layer.Convolution layer, Tensor from, int simd) {
        int taps = layer.kernelHeight() * layer.kernelWidth();
        if (taps == 1 && layer.stride() == 1 && layer.padding() == 0) {
            return Optional.empty();
        }
        int channels = from.shape().channels();
        Word word = simd <= channels ? Word.TAP : simd == channels * taps ? Word.WINDOW : Word.ROW;
        return Optional.of(new SlidingWindow(
                layer.name() + "_window",
                layer.name(),
                from.shape(),
                from.type(),
                Math.min(simd, channels),
                layer.kernelHeight(),
                layer.kernelWidth(),
                layer.stride(),
                layer.padding(),
                word));
    }

    /** Words of one position. */
    public int channelFolds() {
        return input.channels() / lanes;
    }

    /** Words of one input row. */
    public int rowWords() {
        return input.width() * channelFolds();
    }

    /** Rows in the line buffer. */
    public int bufferRows() {
        return kernelHeight + stride;
    }

    /** The output's height and width; channels do not matter here. */
    public Shape windows() {
        return input.windows(kernelHeight, kernelWidth, stride, padding, 1);
    }

    /** Taps in a word. */
    public int taps() {
        return switch (word) {
            case TAP -> 1;
            case ROW -> kernelWidth;
            case WINDOW -> kernelHeight * kernelWidth;
        };
    }

    /** Words of one window. */
    public int windowWords() {
        return kernelHeight * kernelWidth / taps() * channelFolds();
    }

    /** The memories that the line buffer is split into, so that all taps of a word can be read at once. */
    public int banks() {
        return switch (word) {
            case TAP -> 1;
            case ROW -> kernelWidth;
            case WINDOW -> bufferRows() * kernelWidth;
        };
    }

    /** Words in each of the {@link #banks}. */
    public int bankWords() {
        return switch (word) {
            case TAP -> bufferRows() * rowWords();
            case ROW -> bufferRows() * Math.ceilDiv(input.width(), kernelWidth);
            case WINDOW -> Math.ceilDiv(input.width(), kernelWidth);
        };
    }

    /** Whether the line buffer lies in tables so deep that they are read in parts, and chosen from in the stage behind. */
    public boolean readsInParts(Fpga fpga) {
        return word == Word.TAP && fpga.prefersParts(bankWords(), (long) lanes * element.bits());
    }

    /** The first input row, never negative, that the windows of an output row touch: all before it are released. */
    public int firstRow(int outputRow) {
        return Math.clamp((long) outputRow * stride - padding, 0, input.height());
    }

    /**
     * The complete rows, from {@link #firstRow} on, that an output row waits for: those that its windows touch, and those
     * that it releases, which are more where the stride skips rows or rows are left below the last window.
     */
    public int neededRows(int outputRow) {
        int end = Math.clamp((long) outputRow * stride - padding + kernelHeight, 0, input.height());
        return Math.max(end - firstRow(outputRow), releasedRows(outputRow));
    }

    /** The rows that are released at the end of an output row. */
    public int releasedRows(int outputRow) {
        int next = outputRow == windows().height() - 1 ? input.height() : firstRow(outputRow + 1);
        return next - firstRow(outputRow);
    }

    /** Pipeline stages between a step of the walk and its word: the memories are read, what they give is brought into the kernel's order. */
    public static final int STAGES = 2;

    @Override
    public List<StreamType> inputs() {
        return List.of(new StreamType(lanes, element, (long) input.height() * rowWords()));
    }

    @Override
    public List<StreamType> outputs() {
        return List.of(new StreamType(lanes * taps(), element, (long) windows().positions() * windowWords()));
    }

    @Override
    public Timing timing() {
        return new Timing(
                List.of(new Process("walk", walk(), STAGES), new Process("fill", fill(), 1)), List.of(bufferRows(), 0));
    }

    /** A row's first step takes a free row, its last makes it ready. */
    private Program fill() {
        Step first = Step.READ.needing(FREE_ROWS, 1).changing(FREE_ROWS, -1);
        if (rowWords() == 1) {
            return repeat(input.height(), first.changing(READY_ROWS, 1));
        }
        return repeat(
                input.height(),
                Program.sequence(first, repeat(rowWords() - 2, Step.READ), Step.READ.changing(READY_ROWS, 1)));
    }

    private Program walk() {
        Shape windows = windows();
        List<Program> rows = new ArrayList<>();
        for (int y = 0; y < windows.height(); y++) {
            Program row = row(windows.width() * windowWords(), y);
            int again = 1;
            while (y + 1 < windows.height() && row.equals(row(windows.width() * windowWords(), y + 1))) {
                again++;
                y++;
            }
            rows.add(repeat(again, row));
        }
        return new Program.Sequence(rows);
    }

    /** The steps of one output row: the first waits for rows, the last releases some. */
    private Program row(int steps, int y) {
        int released = releasedRows(y);
        if (steps == 1) {
            return Step.WRITE
                    .needing(READY_ROWS, neededRows(y))
                    .changing(READY_ROWS, -released)
                    .changing(FREE_ROWS, released);
        }
        return Program.sequence(
                Step.WRITE.needing(READY_ROWS, neededRows(y)),
                repeat(steps - 2, Step.WRITE),
                Step.WRITE.changing(READY_ROWS, -released).changing(FREE_ROWS, released));
    }

    /** What the walk and the filling take, on one fabric: some tables at all, and some for each bit that is counted, added or compared. */
    private record WalkCost(double fixed, double perBit) {
        static WalkCost of(Fpga fpga) {
            return switch (fpga.family()) {
                case ICE40 -> new WalkCost(0, 1.78);
                case ECP5, GOWIN -> new WalkCost(0, 1.88);
                case SERIES_7, ULTRASCALE_PLUS -> new WalkCost(45, 0.85);
            };
        }
    }

    @Override
    public Resources resources(Fpga fpga) {
        int addressBits = CodeType.ofRange(0, (long) bufferRows() * rowWords()).bits();
        int bits = lanes * element.bits();
        WalkCost cost = WalkCost.of(fpga);
        double control = cost.fixed() + cost.perBit() * (word == Word.TAP ? walkedBits() : bankedBits());
        // Without padding nothing compares where a tap lies with where the image ends.
        double compared = padding > 0 || word != Word.TAP ? 1 : 0.65;
        long registers =
                Math.round((8.5 + 2.5 * compared) * addressBits) + (word == Word.TAP ? 62 : 34) + (long) taps() * bits;
        // Each tap of a word comes from any column's bank and, in a whole window, from any row's. Registers blank
        // padding.
        boolean turns = word != Word.TAP && (stride % kernelWidth != 0);
        double columns = turns ? choice(kernelWidth, fpga) : 0;
        double rows = word == Word.WINDOW ? choice(bufferRows(), fpga) : 0;
        return lineBuffer(bits, fpga).plus(Resources.logic(control + taps() * bits * (columns + rows), registers));
    }

    private Resources lineBuffer(int bits, Fpga fpga) {
        if (!readsInParts(fpga)) {
            return Resources.buffer(bankWords(), bits, fpga).times(banks());
        }
        // A bit is chosen within each part, and then among them.
        int parts = Math.ceilDiv(bankWords(), Fpga.PART_WORDS);
        int tables = Math.ceilDiv(bankWords(), fpga.distributedRam().words());
        return Resources.distributedRam(bankWords(), bits, fpga)
                .plus(Resources.logic((tables - 1.0) * bits, (long) parts * bits));
    }

    /** Bits of all that moves where taps go out one by one, each as often as it is added to, compared or chosen. */
    private double walkedBits() {
        int words = bufferRows() * rowWords();
        int address = LogicCost.counterBits(words);
        int offset =
                1 + LogicCost.counterBits(rowWords() + (long) (padding + kernelWidth + stride) * channelFolds() + 1);
        int row = 1 + LogicCost.counterBits(input.height() + kernelHeight + stride + 1L);
        // An address wraps around by itself if the buffer has a power of two words.
        boolean wraps = Integer.bitCount(words) > 1;
        double padded = padding > 0 ? offset + 4 * row : 0;
        return 1.5 * loopBits(kernelHeight, kernelWidth) + (wraps ? 6 : 3) * address + 2 * offset + padded + 20;
    }

    /** The same where words of several taps go out: each column's bank has an address of its own, and each tap's place is compared with where the image ends. */
    private double bankedBits() {
        boolean whole = word == Word.WINDOW;
        int address = LogicCost.counterBits(bankWords());
        int column = 1 + LogicCost.counterBits(input.width() + kernelWidth + stride + padding + 1L);
        int quotient = 1 + LogicCost.counterBits(Math.ceilDiv(input.width(), kernelWidth) + stride + 2L);
        int row = 1 + LogicCost.counterBits(input.height() + kernelHeight + stride + padding + 1L);
        int slot = LogicCost.counterBits(bufferRows());
        double places = 0.9 * (kernelWidth * column + (whole ? kernelHeight : 1) * row);
        double addresses = whole ? 1.2 * address + 0.6 * kernelWidth * quotient : (3 + 1.2 * kernelWidth) * address;
        return 0.9 * loopBits(whole ? 1 : kernelHeight, 1)
                + addresses
                + 1.2 * column
                + 1.8 * quotient
                + (whole ? 1.2 : 3) * row
                + (whole ? 1.8 : 3.6) * slot
                + places
                + 0.6 * (taps() + banks())
                + 12;
    }

    private int loopBits(int rows, int columns) {
        return LogicCost.counterBits(channelFolds())
                + LogicCost.counterBits(rows)
                + LogicCost.counterBits(columns)
                + LogicCost.counterBits(windows().width())
                + LogicCost.counterBits(windows().height())
                + LogicCost.counterBits(rowWords());
    }

    /** Look-up tables for one bit chosen among some: wide ones as many as take all the options and what chooses among them, narrow ones near three for each four options. */
    private static double choice(int options, Fpga fpga) {
        int inputs = options + LogicCost.counterBits(options);
        return fpga.lutInputs() >= 6 ? Math.ceilDiv(inputs - 1, fpga.lutInputs() - 1) : 0.75 * options - 0.5;
    }
}
