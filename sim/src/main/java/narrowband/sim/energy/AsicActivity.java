package narrowband.sim.energy;

import java.util.List;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Adder;
import narrowband.accel.design.ArgMaximum;
import narrowband.accel.design.BiasAdder;
import narrowband.accel.design.Channel;
import narrowband.accel.design.DepthwiseConvolution;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.Fork;
import narrowband.accel.design.IdentityShortcut;
import narrowband.accel.design.MatrixVector;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.Pooling;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.SlidingWindow;
import narrowband.accel.design.StreamType;
import narrowband.accel.design.Thresholding;
import narrowband.accel.design.TopScores;
import narrowband.accel.design.Unit;
import narrowband.accel.design.WidthConverter;
import narrowband.accel.design.WordPacker;

/**
 * Counts for a chip of the same units. Products are all that are clocked, those on padding and in lanes without work too.
 * What else a unit does counts as the registers that its words are written to. Where it is known how often bits change, products
 * and registers count in proportion to it; memories are read and written whatever is in them.
 */
record AsicActivity(
        AsicProfile profile, Accelerator accelerator, double interval, Optional<SwitchingActivity> switching)
        implements Activity {
    /** FIFOs up to this many words are registers. */
    private static final int SHALLOW = 16;

    /** Memories and logic of a unit, for its leakage, and what it does for one image. */
    private record Use(EnergyCounts counts, double kilobytes, double squareMicrometres) {
        Use plus(Use other) {
            return new Use(
                    counts.plus(other.counts),
                    kilobytes + other.kilobytes,
                    squareMicrometres + other.squareMicrometres);
        }
    }

    @Override
    public EnergyCounts of(Unit unit) {
        return leaking(use(unit));
    }

    @Override
    public EnergyCounts of(Channel channel) {
        StreamType type = channel.type();
        double changing = switching.map(known -> known.of(channel)).orElse(SwitchingActivity.RANDOM);
        double bits = (double) channel.depth() * type.bits();
        return leaking(
                channel.depth() > SHALLOW
                        ? memory(bits, 2.0 * type.words() * type.bits())
                        : registers(bits, (double) type.words() * type.bits(), changing));
    }

    @Override
    public List<Whole> whole() {
        return List.of();
    }

    private EnergyCounts leaking(Use use) {
        double microseconds = interval / accelerator.clockMegahertz();
        return use.counts
                .and(AsicProfile.SRAM_LEAKAGE, use.kilobytes * microseconds)
                .and(AsicProfile.LOGIC_LEAKAGE, use.squareMicrometres * 1e-6 * microseconds);
    }

    private double changing(Unit unit) {
        return switching.map(known -> known.of(accelerator, unit)).orElse(SwitchingActivity.RANDOM);
    }

    private Use use(Unit unit) {
        Use words = new Use(EnergyCounts.none(profile), 0, 0);
        for (StreamType output : unit.outputs()) {
            words = words.plus(registers(output.bits(), (double) output.words() * output.bits(), changing(unit)));
        }
        return switch (unit) {
            case MatrixVector mvu -> words.plus(use(mvu));
            case DepthwiseConvolution depthwise -> words.plus(use(depthwise));
            case SlidingWindow window -> words.plus(use(window));
            case SharedEngine engine -> words.plus(use(engine));
            case Thresholding _,
                    Pooling _,
                    Fork _,
                    Adder _,
                    BiasAdder _,
                    IdentityShortcut _,
                    WidthConverter _,
                    WordPacker _,
                    ArgMaximum _,
                    TopScores _ -> words;
        };
    }

    private Use use(MatrixVector mvu) {
        long steps = mvu.timing().cycles();
        long lanes = (long) mvu.pe() * mvu.simd() * mvu.weightDigit() * mvu.activationDigit();
        Use array = array(steps, lanes, mvu.pe(), mvu.accumulator().bits(), changing(mvu));
        Use vector = memory(
                (double) mvu.columns() * mvu.activation().bits(), (double) steps * mvu.simd() * mvu.activationDigit());
        Use weights = mvu.weights() == Weights.FROZEN
                ? new Use(EnergyCounts.none(profile), 0, 0)
                : memory((double) mvu.weightWords() * mvu.weightWordBits(), (double) steps * mvu.weightWordBits());
        return array.plus(vector).plus(weights);
    }

    private Use use(DepthwiseConvolution unit) {
        long steps = unit.timing().cycles();
        long lanes = (long) unit.lanes() * unit.weightBits() * unit.activation().bits();
        return array(steps, lanes, unit.lanes(), unit.accumulator().bits(), changing(unit))
                .plus(memory(
                        (double) unit.taps() * unit.channels() * unit.weightBits(),
                        (double) steps * unit.lanes() * unit.weightBits()));
    }

    /** Each row is written once, and each tap of a window read. */
    private Use use(SlidingWindow window) {
        StreamType in = window.inputs().getFirst();
        StreamType out = window.outputs().getFirst();
        return memory(
                (double) window.bufferRows() * window.rowWords() * in.bits(),
                (double) in.words() * in.bits() + (double) out.words() * out.bits());
    }

    /** Weights come from outside into the tiles' memories; each step reads a word of activations, and of weights for each row. */
    private Use use(SharedEngine engine) {
        long steps = 0;
        for (EnginePass pass : engine.passes()) {
            steps += (long) pass.tiles() * pass.window().positions() * pass.steps();
        }
        long lanes = engine.lanes();
        double stream = (double) engine.streamWords() * engine.streamBits();
        Use tiles = memory(2.0 * engine.tileWords() * lanes * lanes, stream + (double) steps * lanes * lanes);
        Use activations = memory((double) engine.memoryWords() * lanes, (double) steps * lanes);
        Use outside = new Use(EnergyCounts.none(profile).and(AsicProfile.DRAM, stream), 0, 0);
        return array(steps, lanes * lanes, engine.lanes(), engine.accumulatorBits(), changing(engine))
                .plus(tiles)
                .plus(activations)
                .plus(outside);
    }

    /** An array that makes so many products of single bits in each step, for some accumulators. */
    private Use array(long steps, long lanes, int accumulators, int bits, double changing) {
        double wide = bits / AsicProfile.ACCUMULATOR_BITS;
        return new Use(
                EnergyCounts.none(profile)
                        .and(AsicProfile.PRODUCT, (double) steps * lanes * changing / SwitchingActivity.RANDOM)
                        .and(AsicProfile.SUM, (double) steps * accumulators * wide),
                0,
                lanes * profile.bitProductSquareMicrometres()
                        + accumulators * wide * profile.accumulatorSquareMicrometres());
    }

    /** A memory of so many bits, of which so many are read and written for an image. */
    private Use memory(double bits, double moved) {
        double kilobytes = bits / 8 / 1024;
        return new Use(
                EnergyCounts.none(profile)
                        .and(
                                AsicProfile.SRAM,
                                moved / AsicProfile.WORD_BITS * Math.pow(kilobytes, profile.sramSizeExponent())),
                kilobytes,
                0);
    }

    private Use registers(double bits, double written, double changing) {
        return new Use(
                EnergyCounts.none(profile).and(AsicProfile.REGISTER, written * changing / SwitchingActivity.RANDOM),
                0,
                bits * profile.registerBitSquareMicrometres());
    }
}
