package narrowband.benchmarks.ablation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.inference.TestUtils;

/**
 * Means over seeds. As all rows of a seed share images, network and teacher, a row's difference from the method is also taken
 * seed by seed, which leaves out what the seeds differ in.
 *
 * @param lines a line for each row that has an outcome
 */
record Table(List<Line> lines) {
    /**
     * A row's figures, all in percent or points; deviations are those of a sample, not a number where it has one member.
     *
     * @param seeds how many runs
     * @param accuracy mean over seeds, on the test images
     * @param deviation standard deviation over seeds
     * @param difference mean of the differences from the method
     * @param differenceDeviation their standard deviation
     * @param chance how likely differences as large or larger are if the row changes nothing: Student's t test of pairs, two-sided
     */
    record Line(
            String row,
            List<String> settings,
            long seeds,
            double accuracy,
            double deviation,
            double difference,
            double differenceDeviation,
            double chance) {}

    static Table of(List<Row> rows, List<Outcome> outcomes) {
        List<Line> lines = new ArrayList<>();
        for (Row row : rows) {
            SummaryStatistics accuracy = new SummaryStatistics();
            SummaryStatistics difference = new SummaryStatistics();
            for (Outcome outcome : outcomes) {
                if (outcome.row().equals(row.name())) {
                    accuracy.addValue(100 * outcome.accuracy());
                    outcomes.stream()
                            .filter(other -> other.row().equals(Row.METHOD.name()) && other.seed() == outcome.seed())
                            .findFirst()
                            .ifPresent(method -> difference.addValue(100 * (outcome.accuracy() - method.accuracy())));
                }
            }
            if (accuracy.getN() > 0) {
                lines.add(new Line(
                        row.name(),
                        row.settings(),
                        accuracy.getN(),
                        accuracy.getMean(),
                        deviation(accuracy),
                        difference.getMean(),
                        deviation(difference),
                        chance(difference)));
            }
        }
        return new Table(lines);
    }

    /** Commons Math calls the deviation of one number 0. */
    private static double deviation(SummaryStatistics statistics) {
        return statistics.getN() > 1 ? statistics.getStandardDeviation() : Double.NaN;
    }

    private static double chance(SummaryStatistics difference) {
        return difference.getN() > 1 && difference.getStandardDeviation() > 0
                ? TestUtils.tTest(0, difference)
                : Double.NaN;
    }

    String markdown() {
        StringBuilder text =
                new StringBuilder("| row | settings | seeds | accuracy, % | difference from the method | p |\n");
        text.append("|---|---|---|---|---|---|\n");
        for (Line line : lines) {
            boolean compared = !line.row.equals(Row.METHOD.name()) && !Double.isNaN(line.difference);
            text.append("| %s | %s | %d | %s | %s | %s |%n"
                    .formatted(
                            line.row,
                            line.settings.isEmpty() ? "" : "`" + String.join("` `", line.settings) + "`",
                            line.seeds,
                            figure("%.2f", line.accuracy, line.deviation),
                            compared ? figure("%+.2f", line.difference, line.differenceDeviation) : "",
                            compared && !Double.isNaN(line.chance)
                                    ? String.format(Locale.ROOT, "%.1g", line.chance)
                                    : ""));
        }
        return text.toString();
    }

    private static String figure(String form, double mean, double deviation) {
        String text = String.format(Locale.ROOT, form, mean);
        return Double.isNaN(deviation) ? text : text + String.format(Locale.ROOT, " ± %.2f", deviation);
    }
}
