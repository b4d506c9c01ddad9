package narrowband.training;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.WidthPrices;
import narrowband.training.data.DataSet;
import narrowband.training.data.Images;
import narrowband.training.data.Normalisation;
import narrowband.training.device.Device;
import narrowband.training.device.Session;
import narrowband.training.gdnsq.Budget;
import narrowband.training.gdnsq.CostModel;
import narrowband.training.gdnsq.ExteriorPenalty;
import narrowband.training.gdnsq.IntegerWidths;
import narrowband.training.gdnsq.LayerWidths;
import narrowband.training.gdnsq.Objective;
import narrowband.training.gdnsq.QuantisedGraph;
import narrowband.training.gdnsq.StepNoise;
import narrowband.training.gdnsq.WidthCaps;
import narrowband.training.net.Graph;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
import narrowband.training.onnx.OnnxNetwork;
import narrowband.training.weights.WeightImport;

/**
 * One run: floating point from labels, then GDNSQ from that network as the teacher, then a short phase with the widths fixed
 * to integers, then batch norm re-estimated on training images. For use by one thread, once.
 */
public final class Trainer {
    /** Batches from which batch norm is re-estimated. */
    private static final int STATISTICS_BATCHES = 100;

    private final TrainingOptions options;
    private final DataSet data;
    private final Device device;
    private final TrainingListener listener;
    private final ImageFeed feed;
    private final FloatNetwork network;
    private final Graph floatGraph;
    private final Graph graph;
    private final RunState run;
    private final ExteriorPenalty penalty;
    private final Schedule schedule;

    private float[] rates = {};

    /** As {@link #Trainer(TrainingOptions, Optional, DataSet, Device, TrainingListener)}, where the budget asks for no prices. */
    public Trainer(TrainingOptions options, DataSet data, Device device, TrainingListener listener) {
        this(options, Optional.empty(), data, device, listener);
    }

    /**
     * A run.
     *
     * @param prices of the network's widths; there must be some where the budget is a {@link Budget.Hardware}
     * @throws InvalidInputException if the model is unknown, does not suit the images, or the budget is out of reach
     */
    public Trainer(
            TrainingOptions options,
            Optional<WidthPrices> prices,
            DataSet data,
            Device device,
            TrainingListener listener) {
        this.options = options;
        this.data = data;
        this.device = device;
        this.listener = listener;
        Images images = data.train();
        if (images.size() < options.batch()) {
            throw new InvalidInputException("The data %s have %d training images, fewer than one batch of %d."
                    .formatted(options.data(), images.size(), options.batch()));
        }
        this.feed = new ImageFeed(data, options.seed(), options.batch());
        this.schedule = Schedule.of(options);
        this.network = FloatNetwork.of(options.model(), Normalisation.parse(options.normalisation()), images);
        this.floatGraph = network.graph();
        this.graph = QuantisedGraph.of(floatGraph, options.residuals())
                .with(options.recipe().weightRanges())
                .with(options.recipe().weightGrid());
        Parameters student = Parameters.initial(graph, options.seed());
        this.run = new RunState(options, Parameters.initial(floatGraph, options.seed()), graph, student);
        LayerWidths widths = LayerWidths.parse(options.layers(), "--layer");
        widths.requireKnown(graph);
        Budget budget = Budget.parse(options.budget());
        CostModel cost = budget instanceof Budget.Hardware hardware
                ? new CostModel(
                        graph,
                        student.layout(),
                        prices.orElseThrow(
                                () -> new IllegalArgumentException("budget " + options.budget() + " without prices")),
                        hardware.unit())
                : new CostModel(graph, student.layout());
        this.penalty = new ExteriorPenalty(
                cost,
                budget.limit(cost),
                budget.meanWeightBits(),
                WidthCaps.of(
                        graph,
                        options.weightBits(),
                        options.activationBits(),
                        options.residualBits() == 0 ? options.activationBits() : options.residualBits(),
                        widths));
    }

    /**
     * Starts from given weights in floating point; to be called before training, if the options name weights.
     *
     * @return what the file's tensors became
     * @throws InvalidInputException if they do not fill the network
     */
    public WeightImport takeWeights(Path file) {
        if (OnnxNetwork.isNamed(file.toString())) {
            return takeOwnWeights(file);
        }
        return WeightImport.into(floatGraph, run.teacher, file);
    }

    /** The weights that the network's own file holds. */
    private WeightImport takeOwnWeights(Path file) {
        if (!file.equals(Path.of(options.model()))) {
            throw new InvalidInputException(
                    "The weights %s are of their own graph, not of model %s; leave --model out, so that it is theirs."
                            .formatted(file, options.model()));
        }
        run.teacher.takeOver(network.weights());
        Session session = device.open(floatGraph, run.teacher, Optional.empty(), options.batch());
        BiasNorms biases = BiasNorms.look(
                floatGraph, network.imported().orElseThrow().biasNorms(), session, feed, options.epochs());
        session.close();
        biases.anchor(run.teacher);
        return WeightImport.ofAll(run.teacher.layout());
    }

    /** As {@link #takeWeights(Path)}, from a network of the same model in memory. */
    public void takeWeights(Parameters trained) {
        run.teacher.takeOver(trained);
    }

    /** What the network's file holds, if it is named by one. */
    public Optional<OnnxNetwork> imported() {
        return network.imported();
    }

    /** The quantised network that this run trains. */
    public Graph graph() {
        return graph;
    }

    /**
     * Takes the run up where a checkpoint left it.
     *
     * @throws InvalidInputException if the checkpoint is of a run with other options
     */
    public void resume(Checkpoint checkpoint) {
        run.restore(checkpoint);
    }

    /** All that is needed to go on from here. */
    public Checkpoint checkpoint() {
        return run.checkpoint();
    }

    /** Trains to the end without checkpoints. */
    public TrainedNetwork train() {
        return train(Optional.empty(), () -> false, () -> false).orElseThrow();
    }

    /**
     * Trains to the end, or until interrupted.
     *
     * @param file where to leave a checkpoint at the beginning, after every epoch and on interruption
     * @param interrupted asked before every step
     * @param due asked before every step whether a checkpoint is to be left there as well
     * @return the network, or nothing if interrupted
     */
    public Optional<TrainedNetwork> train(Optional<Path> file, BooleanSupplier interrupted, BooleanSupplier due) {
        Runnable leave = () -> file.ifPresent(path -> CheckpointFile.write(checkpoint(), path));
        leave.run();
        while (run.phase != Phase.DONE) {
            if (!trainPhase(leave, interrupted, due)) {
                return Optional.empty();
            }
            if (run.phase == Phase.DONE) {
                judge();
            }
            leave.run();
        }
        return Optional.of(new TrainedNetwork(
                options,
                floatGraph,
                run.teacher,
                graph,
                run.student,
                new TrainingHistory(run.history),
                run.selection.epoch(),
                run.floatAccuracy,
                run.quantisedAccuracy));
    }

    /** Trains to the end of the phase, unless interrupted. */
    private boolean trainPhase(Runnable leaveCheckpoint, BooleanSupplier interrupted, BooleanSupplier due) {
        Session session = open();
        while (!isPhaseOver()) {
            while (run.step < feed.stepsPerEpoch()) {
                boolean stops = interrupted.getAsBoolean();
                if (stops || due.getAsBoolean()) {
                    session.synchronise();
                    leaveCheckpoint.run();
                }
                if (stops) {
                    return false;
                }
                takeStep(session);
            }
            endEpoch(session);
            if (!isPhaseOver()) {
                leaveCheckpoint.run();
            }
        }
        endPhase(session);
        return true;
    }

    private boolean isPhaseOver() {
        return run.epoch >= schedule.end(run.phase)
                || run.phase == Phase.GRADUAL
                        && options.recipe().untilConverged()
                        && run.epoch > run.phaseStart
                        && run.history.getLast().converged()
                || run.phase == Phase.FIXED
                        && run.epoch > run.phaseStart
                        && run.selection.isExhausted(
                                run.epoch - 1, options.recipe().patience());
    }

    /** Shows the test images to the networks that the run yields: the only time that it looks at them. */
    private void judge() {
        run.floatAccuracy = testAccuracy(floatGraph, run.teacher);
        run.quantisedAccuracy = testAccuracy(graph, run.student);
    }

    private double testAccuracy(Graph network, Parameters parameters) {
        return feed.accuracy(device.open(network, parameters, Optional.empty(), options.batch()), data.test());
    }

    private Session open() {
        if (run.phase == Phase.FLOAT) {
            rates = new float[run.teacher.values().length];
            Arrays.fill(rates, 1);
            return device.open(floatGraph, run.teacher, Optional.empty(), options.batch());
        }
        rates = new float[run.student.values().length];
        Arrays.fill(rates, 1);
        double fallPerStep = options.recipe().fall() / Math.max(1, phaseSteps());
        for (Slice slice : run.student.layout().slices()) {
            if (slice.isBits()) {
                rates[slice.offset()] = run.phase == Phase.FIXED
                        ? 0
                        : (float) (fallPerStep / options.recipe().gradualRate());
            }
        }
        return device.open(
                graph,
                run.student,
                Optional.of(new Device.Teacher(floatGraph, run.teacher, objective())),
                options.batch());
    }

    private Calibration calibration() {
        return new Calibration(options.recipe().calibration(), options.residuals());
    }

    private Objective objective() {
        return new Objective(options.recipe().distillation(), options.recipe().labelWeight());
    }

    private long phaseSteps() {
        return (long) (schedule.end(run.phase) - run.phaseStart) * feed.stepsPerEpoch();
    }

    private void takeStep(Session session) {
        double rate = schedule.rate(run.phase, run.updates, phaseSteps());
        double multiplier = schedule.penalty(run.phase, run.updates, phaseSteps());
        multiplier = multiplier > 0 ? multiplier * run.phaseLoss / run.updates : 0;
        Session.Outcome outcome = session.step(
                feed.training(run.epoch, run.step),
                new Session.Plan(run.optimiser, run.updates, rate, rates, penalty, multiplier, noise()));
        if (!Double.isFinite(outcome.loss())) {
            throw new IllegalStateException(
                    "the loss became %s in epoch %d, step %d".formatted(outcome.loss(), run.epoch, run.step));
        }
        if (run.phase == Phase.GRADUAL) {
            keepWidthsInRange();
        }
        run.freezing.ifPresent(watch -> {
            session.synchronise();
            watch.afterUpdate(run.student.values(), schedule.freezing(run.updates, phaseSteps()));
        });
        run.updates++;
        run.step++;
        run.epochLoss += outcome.loss();
        run.phaseLoss += outcome.loss();
        run.epochCorrect += outcome.correct();
        listener.stepDone(new TrainingListener.Progress(
                run.phase,
                run.epoch,
                options.epochs(),
                run.step,
                feed.stepsPerEpoch(),
                run.epochLoss / run.step,
                (double) run.epochCorrect / ((long) run.step * options.batch()),
                rate,
                weightBits(),
                activationBits(),
                cost(),
                penalty.limit()));
    }

    private StepNoise noise() {
        long stepOfRun = (long) run.epoch * feed.stepsPerEpoch() + run.step;
        return new StepNoise(options.recipe().dither(), options.seed(), stepOfRun);
    }

    /** Widths stay between 1 bit and where they began. */
    private void keepWidthsInRange() {
        for (Slice slice : run.student.layout().slices()) {
            if (slice.isBits()) {
                float[] values = run.student.values();
                values[slice.offset()] = Math.max(1, Math.min(options.recipe().startBits(), values[slice.offset()]));
            }
        }
    }

    private void endEpoch(Session session) {
        session.synchronise();
        TrainingHistory.Epoch done = new TrainingHistory.Epoch(
                run.epoch,
                run.phase,
                run.epochLoss / run.step,
                (double) run.epochCorrect / ((long) run.step * options.batch()),
                feed.accuracy(session, data.validation()),
                schedule.rate(run.phase, run.updates, phaseSteps()),
                cost(),
                penalty.limit(),
                weightBits(),
                activationBits(),
                run.phase == Phase.FLOAT ? Map.of() : CapacityProbe.ofWeights(graph, run.student),
                run.phase == Phase.FLOAT ? Map.of() : CapacityProbe.ofActivations(graph, run.student, session),
                run.phase != Phase.FLOAT
                        && Convergence.of(graph, run.student, session).isWithin(penalty.caps())
                        && penalty.isNearlyAffordable(run.student.values()));
        run.history.add(done);
        run.selection.offer(done, run.student);
        run.epoch++;
        run.step = 0;
        run.epochLoss = 0;
        run.epochCorrect = 0;
        listener.epochDone(done);
    }

    private void endPhase(Session session) {
        if (run.phase == Phase.FIXED) {
            run.selection.restore(run.student);
        }
        if (run.phase == Phase.FIXED || run.phase == Phase.FLOAT && run.updates > 0) {
            reestimateStatistics(session);
        }
        if (run.phase == Phase.FLOAT) {
            run.student.takeOver(run.teacher);
            calibration().calibrate(graph, run.student, options.recipe().startBits(), floatGraph, session, feed);
        }
        if (run.phase == Phase.GRADUAL) {
            IntegerWidths.snap(penalty, run.student.values());
            calibration().recalibrate(graph, run.student, session, feed);
        }
        run.begin(run.phase.next());
    }

    /** From images varied as in training: the weights were learned beside the statistics of such images, borders and all. */
    private void reestimateStatistics(Session session) {
        int batches = Math.min(STATISTICS_BATCHES, feed.stepsPerEpoch());
        for (int i = 0; i < batches; i++) {
            session.observe(feed.training(options.epochs(), i), 1.0 / (i + 1));
        }
    }

    private double cost() {
        return run.phase == Phase.FLOAT ? 0 : penalty.cost().cost(run.student.values());
    }

    private Map<String, Double> weightBits() {
        return widths(penalty.cost().weightWidths());
    }

    private Map<String, Double> activationBits() {
        return widths(penalty.cost().activationWidths());
    }

    private Map<String, Double> widths(Map<String, Integer> places) {
        Map<String, Double> widths = new LinkedHashMap<>();
        if (run.phase != Phase.FLOAT) {
            places.forEach(
                    (name, place) -> widths.put(name, (double) run.student.values()[place]));
        }
        return widths;
    }
}
