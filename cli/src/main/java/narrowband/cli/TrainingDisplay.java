package narrowband.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import me.tongfei.progressbar.ProgressBar;
import narrowband.training.TrainingHistory;
import narrowband.training.TrainingListener;

/** Shows loss, accuracy and the falling widths: a bar within each epoch on a terminal, a line after each everywhere. */
final class TrainingDisplay implements TrainingListener, AutoCloseable {
    private final Consumer<String> log;
    private final boolean onTerminal;
    private ProgressBar bar;

    TrainingDisplay(Consumer<String> log, boolean onTerminal) {
        this.log = log;
        this.onTerminal = onTerminal;
    }

    @Override
    public void stepDone(Progress progress) {
        if (!onTerminal) {
            return;
        }
        if (bar == null) {
            bar = TerminalBar.of(
                    "%2d/%d %-7s"
                            .formatted(
                                    progress.epoch() + 1,
                                    progress.epochs(),
                                    progress.phase().name().toLowerCase(Locale.ROOT)),
                    progress.steps());
        }
        bar.setExtraMessage(brief(progress));
        bar.stepTo(progress.step());
    }

    @Override
    public void epochDone(TrainingHistory.Epoch epoch) {
        close();
        log.accept("  epoch %2d  %-7s %s"
                .formatted(
                        epoch.epoch() + 1,
                        epoch.phase().name().toLowerCase(Locale.ROOT),
                        state(epoch.loss(), epoch.validationAccuracy(), epoch.weightBits(), epoch.activationBits())
                                + cost(epoch.cost(), epoch.limit())));
    }

    /** Short enough for a bar on 80 columns: loss, accuracy, mean widths. */
    private static String brief(Progress progress) {
        String learning = "loss %.4f acc %.1f%%".formatted(progress.loss(), 100 * progress.accuracy());
        return progress.weightBits().isEmpty()
                ? learning
                : learning
                        + " w %.2f a %.2f"
                                .formatted(
                                        mean(progress.weightBits().values()),
                                        mean(progress.activationBits().values()));
    }

    private static double mean(Collection<Double> bits) {
        return bits.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    private static String state(
            double loss, double accuracy, Map<String, Double> weightBits, Map<String, Double> activationBits) {
        String learning = "loss %6.4f  accuracy %5.1f %%".formatted(loss, 100 * accuracy);
        return weightBits.isEmpty()
                ? learning
                : learning
                        + "  weights %s  activations %s bits"
                                .formatted(range(weightBits.values()), range(activationBits.values()));
    }

    /** Mean and range: {@code 3.42 (2.1-5.0)}. */
    private static String range(Collection<Double> bits) {
        var statistics = bits.stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return "%.2f (%.1f-%.1f)".formatted(statistics.getAverage(), statistics.getMin(), statistics.getMax());
    }

    private static String cost(double cost, double limit) {
        return cost == 0 ? "" : "  cost %.2f of budget".formatted(cost / limit);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
