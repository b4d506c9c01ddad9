package narrowband.sim.report;

/** The places of the training curves; the page's script draws them. */
final class HtmlTraining {
    private HtmlTraining() {}

    static String section(Training training) {
        boolean hasBits =
                training.epochs().stream().anyMatch(epoch -> !epoch.bits().isEmpty());
        boolean hasCost =
                training.epochs().stream().anyMatch(epoch -> epoch.cost().isPresent());
        StringBuilder charts = new StringBuilder("<div class=\"charts\">\n");
        charts.append(chart(
                "plot-learning",
                "Loss and accuracy",
                "Mean loss of the epoch; accuracy on images held out of training."));
        if (hasBits) {
            charts.append(
                    chart("plot-weights", "Bits of the weights", "Width of each layer's weights as it is learned."));
            charts.append(chart(
                    "plot-activations",
                    "Bits of the activations",
                    "Width of the activations that each layer takes in, as it is learned."));
        }
        if (training.epochs().stream().anyMatch(epoch -> !epoch.information().isEmpty())) {
            charts.append(chart(
                    "plot-information",
                    "Information that arrives",
                    "Mutual information between the values in front of each layer and their codes; the lowest is the"
                            + " bottleneck."));
        }
        if (hasCost) {
            charts.append(chart("plot-cost", "Cost and budget", "What the budget limits; dashed, the limit."));
        }
        charts.append(
                "</div><noscript><p>The curves need JavaScript; their numbers are in report.json.</p></noscript>");
        return Markup.section(
                "training",
                "Training",
                "Widths are learned beside the weights: they fall while accuracy is kept. Hover to read values; drag to"
                        + " zoom, double-click to go back.",
                charts.toString());
    }

    private static String chart(String id, String heading, String caption) {
        return """
                <figure><h3>%s</h3><div class="plot" id="%s"></div><figcaption>%s</figcaption></figure>
                """.formatted(heading, id, caption);
    }
}
