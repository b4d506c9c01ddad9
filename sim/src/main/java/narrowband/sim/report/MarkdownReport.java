package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The summary and the layer table as {@code report.md}, for issues and pull requests: tables of GitHub's Markdown. */
public final class MarkdownReport {
    private MarkdownReport() {}

    /** The file's text. */
    public static String text(Report report) {
        StringBuilder text =
                new StringBuilder("# %s\n\n".formatted(escape(report.run().title())));
        text.append("`%s`, Narrowband %s, seed %d\n\n"
                .formatted(
                        report.run().command().replace("`", "'"),
                        escape(report.run().version()),
                        report.run().seed()));
        text.append(summary(report))
                .append('\n')
                .append("## Layer by layer\n\n")
                .append(layers(report));
        if (!report.passes().isEmpty()) {
            text.append("\n## Pass by pass\n\n").append(passes(report));
        }
        return text.toString();
    }

    private static String summary(Report report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", ""));
        for (String[] row : TextReport.summaryRows(report)) {
            rows.add(List.of(row[0], row[1]));
        }
        return table(rows, 2);
    }

    private static String layers(Report report) {
        List<List<String>> rows = new ArrayList<>();
        for (String[] row : TextReport.layerRows(report)) {
            rows.add(List.of(row));
        }
        return table(rows, 3)
                + "\nCycles: of work for one image; works, input, rows, output: share of a stream's cycles in which the layer works,"
                + " waits for input, waits for rows of its line buffer, is blocked by a full output; energy: for one image.\n";
    }

    private static String passes(Report report) {
        List<List<String>> rows = new ArrayList<>();
        for (String[] row : TextReport.passRows(report)) {
            rows.add(List.of(row));
        }
        return table(rows, 1);
    }

    /** The first row is the heading; the first few columns to the left, numbers behind them to the right. */
    private static String table(List<List<String>> rows, int left) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append(
                    rows.get(i).stream().map(MarkdownReport::escape).collect(Collectors.joining(" | ", "| ", " |\n")));
            if (i == 0) {
                for (int column = 0; column < rows.getFirst().size(); column++) {
                    text.append(column < left ? "|---" : "|---:");
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }

    /** Text as it may stand in a cell: nothing in it is markup. */
    private static String escape(String text) {
        return text.replaceAll("([\\\\`*_|<>\\[\\]])", "\\\\$1").replaceAll("[\r\n]+", " ");
    }
}
