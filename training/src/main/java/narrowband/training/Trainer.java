package narrowband.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.WidthPrices;
import narrowband.accel.network.Shape;
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
import narrowband.training.gdnsq.RectifiedAdam;
import narrowband.training.gdnsq.WidthCaps;
import narrowband.training.net.Graph;
import narrowband.training.net.Models;
import narrowband.training.net.ParameterLayout.Slice;
import narrowband.training.net.Parameters;
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
    private final Graph floatGraph;
    private final Graph graph;
    private final Parameters teacher;
    private final Parameters student;
    private final ExteriorPenalty penalty;
    private final Schedule schedule;

    private Phase phase = Phase.FLOAT;
    private int epoch;
    private int step;
    private long updates;
    private double epochLoss;
    private long epochCorrect;
    private double phaseLoss;
    private double floatAccuracy;
    private double quantisedAccuracy;
    private final List<TrainingHistory.Epoch> history = new ArrayList<>();
    private RectifiedAdam optimiser;
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
        this.floatGraph = floatGraph(options.model(), Normalisation.parse(options.normalisation()), images);
        this.graph = QuantisedGraph.of(floatGraph, options.residuals())
                .with(options.recipe().weightRanges());
        this.teacher = Parameters.initial(floatGraph, options.seed());
        this.student = Parameters.initial(graph, options.seed());
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
        this.optimiser = new RectifiedAdam(teacher.values().length);
    }

    /** The network in floating point, its image normalised if that was asked for. */
    static Graph floatGraph(String model, Optional<Normalisation> normalisation, Images images) {
        Shape image = new Shape(images.height(), images.width(), images.channels());
        Graph graph = Models.named(model, image, images.classes());
        return normalisation.isEmpty()
                ? graph
                : graph.normalised(
                        normalisation.get().mean(), normalisation.get().deviation());
    }

    /**
     * Starts from given weights in floating point; to be called before training, if the options name weights.
     *
     * @return what the file's tensors became
     * @throws InvalidInputException if they do not fill the network
     */
    public WeightImport takeWeights(Path file) {
        return WeightImport.into(floatGraph, teacher, file);
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
        Checkpoint.State state = checkpoint.state();
        if (!state.options().equals(options)) {
            throw new InvalidInputException(
                    "The checkpoint is of another run: it was written with %s, but this run has %s. Give the same options, or train anew."
                            .formatted(state.options(), options));
        }
        List<float[]> arrays = checkpoint.arrays();
        List<float[]> targets = List.of(teacher.values(), teacher.statistics(), student.values(), student.statistics());
        for (int i = 0; i < targets.size(); i++) {
            if (arrays.get(i).length != targets.get(i).length) {
                throw new InvalidInputException(
                        "The checkpoint does not fit the network: it has %d numbers where %d are needed. Train anew."
                                .formatted(arrays.get(i).length, targets.get(i).length));
            }
            System.arraycopy(arrays.get(i), 0, targets.get(i), 0, targets.get(i).length);
        }
        phase = state.phase();
        epoch = state.epoch();
        step = state.step();
        updates = state.updates();
        epochLoss = state.epochLoss();
        epochCorrect = state.epochCorrect();
        phaseLoss = state.phaseLoss();
        floatAccuracy = state.floatAccuracy();
        quantisedAccuracy = state.quantisedAccuracy();
        history.clear();
        history.addAll(state.history().epochs());
        optimiser = new RectifiedAdam(arrays.get(4).clone(), arrays.get(5).clone());
    }

    /** All that is needed to go on from here. */
    public Checkpoint checkpoint() {
        return new Checkpoint(
                new Checkpoint.State(
                        options,
                        phase,
                        epoch,
                        step,
                        updates,
                        epochLoss,
                        epochCorrect,
                        phaseLoss,
                        floatAccuracy,
                        quantisedAccuracy,
                        new TrainingHistory(history)),
                List.of(
                        teacher.values().clone(),
                        teacher.statistics().clone(),
                        student.values().clone(),
                        student.statistics().clone(),
                        optimiser.mean().clone(),
                        optimiser.square().clone()));
    }

    /** Trains to the end without checkpoints. */
    public TrainedNetwork train() {
        return train(Optional.empty(), () -> false).orElseThrow();
    }

    /**
     * Trains to the end, or until interrupted.
     *
     * @param file where to leave a checkpoint after every epoch and on interruption
     * @param interrupted asked before every step
     * @return the network, or nothing if interrupted
     */
    public Optional<TrainedNetwork> train(Optional<Path> file, BooleanSupplier interrupted) {
        while (phase != Phase.DONE) {
            Session session = open();
            while (epoch < schedule.end(phase)) {
                while (step < feed.stepsPerEpoch()) {
                    if (interrupted.getAsBoolean()) {
                        session.synchronise();
                        file.ifPresent(path -> CheckpointFile.write(checkpoint(), path));
                        return Optional.empty();
                    }
                    takeStep(session);
                }
                endEpoch(session);
                if (epoch < schedule.end(phase)) {
                    file.ifPresent(path -> CheckpointFile.write(checkpoint(), path));
                }
            }
            endPhase(session);
            file.ifPresent(path -> CheckpointFile.write(checkpoint(), path));
        }
        return Optional.of(new TrainedNetwork(
                options,
                floatGraph,
                teacher,
                graph,
                student,
                new TrainingHistory(history),
                floatAccuracy,
                quantisedAccuracy));
    }

    private Session open() {
        if (phase == Phase.FLOAT) {
            rates = new float[teacher.values().length];
            Arrays.fill(rates, 1);
            return device.open(floatGraph, teacher, Optional.empty(), options.batch());
        }
        rates = new float[student.values().length];
        Arrays.fill(rates, 1);
        double fallPerStep = options.recipe().fall() / Math.max(1, phaseSteps());
        for (Slice slice : student.layout().slices()) {
            if (slice.isBits()) {
                rates[slice.offset()] = phase == Phase.FIXED ? 0 : (float) (fallPerStep / schedule.rate(phase, 0));
            }
        }
        return device.open(
                graph, student, Optional.of(new Device.Teacher(floatGraph, teacher, objective())), options.batch());
    }

    private Calibration calibration() {
        return new Calibration(options.recipe().calibration(), options.residuals());
    }

    private Objective objective() {
        return new Objective(options.recipe().distillation(), options.recipe().labelWeight());
    }

    private long phaseSteps() {
        return (long) (schedule.end(phase) - schedule.start(phase)) * feed.stepsPerEpoch();
    }

    private void takeStep(Session session) {
        double progress = (double) updates / phaseSteps();
        double rate = schedule.rate(phase, progress);
        double multiplier = phase == Phase.GRADUAL && updates > 0
                ? options.recipe().penaltyGrowth() * progress * phaseLoss / updates
                : 0;
        Session.Outcome outcome = session.step(
                feed.training(epoch, step), new Session.Plan(optimiser, updates, rate, rates, penalty, multiplier));
        if (!Double.isFinite(outcome.loss())) {
            throw new IllegalStateException(
                    "the loss became %s in epoch %d, step %d".formatted(outcome.loss(), epoch, step));
        }
        if (phase == Phase.GRADUAL) {
            keepWidthsInRange();
        }
        updates++;
        step++;
        epochLoss += outcome.loss();
        phaseLoss += outcome.loss();
        epochCorrect += outcome.correct();
        listener.stepDone(new TrainingListener.Progress(
                phase,
                epoch,
                options.epochs(),
                step,
                feed.stepsPerEpoch(),
                epochLoss / step,
                (double) epochCorrect / ((long) step * options.batch()),
                rate,
                weightBits(),
                activationBits(),
                cost(),
                penalty.limit()));
    }

    /** Widths stay between 1 bit and where they began. */
    private void keepWidthsInRange() {
        for (Slice slice : student.layout().slices()) {
            if (slice.isBits()) {
                float[] values = student.values();
                values[slice.offset()] = Math.max(1, Math.min(options.recipe().startBits(), values[slice.offset()]));
            }
        }
    }

    private void endEpoch(Session session) {
        session.synchronise();
        TrainingHistory.Epoch done = new TrainingHistory.Epoch(
                epoch,
                phase,
                epochLoss / step,
                (double) epochCorrect / ((long) step * options.batch()),
                feed.accuracy(session, data.validation()),
                schedule.rate(phase, (double) updates / phaseSteps()),
                cost(),
                penalty.limit(),
                weightBits(),
                activationBits(),
                phase == Phase.FLOAT ? Map.of() : CapacityProbe.ofWeights(graph, student),
                phase == Phase.FLOAT ? Map.of() : CapacityProbe.ofActivations(graph, student, session));
        history.add(done);
        epoch++;
        step = 0;
        epochLoss = 0;
        epochCorrect = 0;
        listener.epochDone(done);
    }

    private void endPhase(Session session) {
        if (phase == Phase.FIXED || phase == Phase.FLOAT && updates > 0) {
            reestimateStatistics(session);
        }
        switch (phase) {
            case FLOAT -> {
                floatAccuracy = feed.accuracy(session, data.test());
                student.takeOver(teacher);
                calibration().calibrate(graph, student, options.recipe().startBits(), floatGraph, session, feed);
            }
            case GRADUAL -> {
                IntegerWidths.snap(penalty, student.values());
                calibration().recalibrate(graph, student, session, feed);
            }
            case FIXED -> quantisedAccuracy = feed.accuracy(session, data.test());
            case DONE -> throw new IllegalStateException("training has ended");
        }
        phase = phase.next();
        updates = 0;
        phaseLoss = 0;
        optimiser = new RectifiedAdam(student.values().length);
    }

    /** From images varied as in training: the weights were learned beside the statistics of such images, borders and all. */
    private void reestimateStatistics(Session session) {
        int batches = Math.min(STATISTICS_BATCHES, feed.stepsPerEpoch());
        for (int i = 0; i < batches; i++) {
            session.observe(feed.training(options.epochs(), i), 1.0 / (i + 1));
        }
    }

    private double cost() {
        return phase == Phase.FLOAT ? 0 : penalty.cost().cost(student.values());
    }

    private Map<String, Double> weightBits() {
        return widths(penalty.cost().weightWidths());
    }

    private Map<String, Double> activationBits() {
        return widths(penalty.cost().activationWidths());
    }

    private Map<String, Double> widths(Map<String, Integer> places) {
        Map<String, Double> widths = new LinkedHashMap<>();
        if (phase != Phase.FLOAT) {
            places.forEach((name, place) -> widths.put(name, (double) student.values()[place]));
        }
        return widths;
    }
}
