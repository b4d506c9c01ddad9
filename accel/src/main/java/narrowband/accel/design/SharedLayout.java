package narrowband.accel.design;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Channel.Port;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.Layer;
import narrowband.accel.network.Tensor;

/** Lays out the other shape of accelerator: a {@link SharedEngine}, with what brings the image into the form that it takes. */
public final class SharedLayout {
    /** Words that wait before the engine's ports. */
    private static final int DEPTH = 2;

    private SharedLayout() {}

    /** @throws InvalidInputException if a layer cannot be carried, with the reason */
    public static Accelerator layOut(IntegerNetwork network, Fpga fpga, double clockMegahertz, Sharing sharing) {
        if (network.weights().isEmpty()) {
            throw new InvalidInputException(
                    "Network %s: it has no weights to share an array for; use the dataflow shape."
                            .formatted(network.name()));
        }
        EngineSchedule schedule = EngineSchedule.of(network, sharing.lanes());
        EngineImage image = schedule.image(fpga.at(clockMegahertz));
        SharedEngine engine = engine(network, schedule, image.inside(), sharing);
        List<Unit> units = new ArrayList<>();
        List<Channel> channels = new ArrayList<>();
        Port from = Port.EXTERNAL;
        StreamType type = image.outside();
        for (Unit unit : image.units()) {
            units.add(unit);
            channels.add(into(unit, from, type));
            from = new Port(unit.name(), 0);
            type = unit.outputs().getFirst();
        }
        units.add(engine);
        channels.add(into(engine, from, type));
        channels.add(new Channel(
                "s_axis_weights_fifo",
                Port.EXTERNAL_WEIGHTS,
                new Port(engine.name(), SharedEngine.WEIGHTS),
                engine.inputs().get(SharedEngine.WEIGHTS),
                DEPTH));
        from = new Port(engine.name(), 0);
        type = engine.result();
        if (network.output() instanceof Layer.TopScores layer) {
            TopScores top = TopScores.of(network, layer);
            units.add(top);
            channels.add(into(top, from, type));
            from = new Port(top.name(), 0);
            type = top.outputs().getFirst();
        }
        channels.add(new Channel("m_axis_fifo", from, Port.EXTERNAL, type, DEPTH));
        return new Accelerator(network, fpga, clockMegahertz, sharing, units, channels);
    }

    private static Channel into(Unit unit, Port from, StreamType type) {
        String name = from.isExternal() ? "s_axis_fifo" : from.unit() + "_to_" + unit.name();
        return new Channel(name, from, new Port(unit.name(), 0), type, DEPTH);
    }

    /**
     * The engine that reaches the goal: the smallest that does, or the fastest within a share of the FPGA.
     *
     * @throws InvalidInputException if none does, with what stops it
     */
    public static Accelerator search(IntegerNetwork network, Fpga fpga, double clockMegahertz, Goal goal) {
        Accelerator best = null;
        for (int lanes = Sharing.FEWEST; lanes <= Sharing.MOST; lanes *= 2) {
            Accelerator candidate;
            try {
                candidate = layOut(network, fpga, clockMegahertz, new Sharing(lanes));
            } catch (InvalidInputException e) {
                if (lanes == Sharing.MOST && best == null) {
                    throw e;
                }
                continue;
            }
            if (!fits(candidate, goal)) {
                continue;
            }
            if (goal instanceof Goal.FramesPerSecond rate
                    && clockMegahertz * 1e6 / engine(candidate).cycles() >= rate.framesPerSecond()) {
                return candidate;
            }
            if (best == null || engine(candidate).cycles() < engine(best).cycles()) {
                best = candidate;
            }
        }
        if (best == null) {
            if (goal instanceof Goal.FillDevice fill && fill.share() < 1) {
                return search(network, fpga, clockMegahertz, new Goal.FillDevice(1));
            }
            throw new InvalidInputException(doesNotFit(network, fpga, clockMegahertz));
        }
        if (goal instanceof Goal.FramesPerSecond rate) {
            throw new InvalidInputException(
                    "%s images per second cannot be reached by a shared engine on %s at %s MHz; at most about %d can."
                            .formatted(rate.framesPerSecond(), fpga.name(), clockMegahertz, (long)
                                    (clockMegahertz * 1e6 / engine(best).cycles())));
        }
        return best;
    }

    /** The engine of an accelerator of this shape. */
    public static SharedEngine engine(Accelerator accelerator) {
        return accelerator.units().stream()
                .filter(SharedEngine.class::isInstance)
                .map(SharedEngine.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static boolean fits(Accelerator candidate, Goal goal) {
        Fpga fpga = candidate.fpga();
        Resources resources = candidate.resources();
        // The share is one of logic: memories are as large as the network's tensors.
        double share = goal instanceof Goal.FillDevice fill ? fill.share() : 1;
        return resources.fits(fpga) && fpga.logicCells(resources) <= share * fpga.luts();
    }

    private static String doesNotFit(IntegerNetwork network, Fpga fpga, double clockMegahertz) {
        Accelerator smallest = layOut(network, fpga, clockMegahertz, new Sharing(Sharing.FEWEST));
        EngineSchedule schedule = EngineSchedule.of(network, Sharing.FEWEST);
        ActivationMemory memory = schedule.memory();
        Resources needed = smallest.resources();
        String tensors = memory.regions().isEmpty()
                ? ""
                : ", the largest of them %s with %,d bits"
                        .formatted(
                                memory.largest().tensor(),
                                (long) memory.largest().words() * Sharing.FEWEST);
        return "Even an engine of %d lanes needs about %,d logic cells and %,d block RAMs (%,d bits of tensors at a time%s), but %s has %,d and %,d; choose a larger FPGA."
                .formatted(
                        Sharing.FEWEST,
                        fpga.logicCells(needed),
                        needed.blockRams(),
                        (long) memory.words() * Sharing.FEWEST,
                        tensors,
                        fpga.name(),
                        fpga.luts(),
                        fpga.blockRams());
    }

    private static SharedEngine engine(
            IntegerNetwork network, EngineSchedule schedule, StreamType image, Sharing sharing) {
        String result = EngineSchedule.result(network);
        Tensor output = network.tensor(result);
        List<EnginePass> passes = schedule.passes();
        CodeType code = output.type();
        return new SharedEngine(
                "engine",
                result,
                sharing.lanes(),
                sharing.tailLanes(),
                image,
                new StreamType(1, code, output.shape().size()),
                Math.max(schedule.accumulatorBits(), indexBits(passes)),
                schedule.memory().words(),
                passes);
    }

    /** An index of a class goes out through the accumulators' width too. */
    private static int indexBits(List<EnginePass> passes) {
        return passes.stream()
                .filter(pass -> pass.tail() == Tail.ARG_MAXIMUM)
                .mapToInt(EnginePass::outputPlanes)
                .max()
                .orElse(1);
    }
}
