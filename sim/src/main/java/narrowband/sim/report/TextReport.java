package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import narrowband.sim.cycle.Dram;
import narrowband.sim.cycle.DramActivity;

/** The report as plain text for the terminal: the layer table, and the summary below it. */
public final class TextReport {
    private static final String GAP = "  ";

    private TextReport() {}

    /** Lines of the layer table and the summary, ending in a newline. */
    public static String text(Report report) {
        return layers(report) + "\n" + passes(report) + marginal(report) + why(report) + summary(report);
    }

    /** The layer table alone. */
    public static String layers(Report report) {
        return table(layerRows(report), 3)
                + "cycles: of work for one image; works, input, rows, output: share of a stream's cycles in which the layer"
                + " works,\nwaits for input, waits for rows of its line buffer, is blocked by a full output; energy: for one"
                + " image.\n";
    }

    /** The cells of the layer table, its heading first. */
    static List<String[]> layerRows(Report report) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "layer", "kind", "output", "W bits", "in", "out", "MACs", "cycles", "works", "input", "rows", "output",
            "LUTs", "BRAM", "energy"
        });
        for (LayerRow layer : report.layers()) {
            LayerRow.Stalls stalls = layer.stalls();
            rows.add(new String[] {
                layer.name(),
                layer.kind(),
                layer.shape(),
                layer.weightBits().map(String::valueOf).orElse("-"),
                String.valueOf(layer.inputBits()),
                String.valueOf(layer.outputBits()),
                layer.multiplyAccumulates() == 0 ? "-" : Quantity.count(layer.multiplyAccumulates()),
                Quantity.count(layer.cyclesPerImage()),
                share(stalls.busy(), stalls),
                share(stalls.waitingForInput(), stalls),
                share(stalls.waitingForRows(), stalls),
                share(stalls.blockedByOutput(), stalls),
                Quantity.count(layer.resources().luts()),
                Quantity.count(layer.resources().blockRams()),
                layer.picojoules()
                        .map(energy -> Quantity.energy(energy.nominal()))
                        .orElse("-")
            });
        }
        return rows;
    }

    private static String passes(Report report) {
        if (report.passes().isEmpty()) {
            return "";
        }
        return table(passRows(report), 1)
                + "passes of the shared engine, in turn; cycles: of the array or of what requantises behind it, for each\n"
                + "position whichever takes longer, without the wait for weights and between passes.\n\n";
    }

    /** The cells of the pass table, its heading first. */
    static List<String[]> passRows(Report report) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"pass", "W bits", "in", "tiles", "positions", "array works", "cycles", "share"});
        for (PassRow pass : report.passes()) {
            rows.add(new String[] {
                String.join(" ", pass.layers()),
                pass.weightBits().map(String::valueOf).orElse("-"),
                String.valueOf(pass.activationBits()),
                Quantity.count(pass.tiles()),
                Quantity.count(pass.positions()),
                Quantity.count(pass.steps()),
                Quantity.count(pass.cycles()),
                String.format(Locale.ROOT, "%.1f %%", 100 * pass.share())
            });
        }
        return rows;
    }

    private static String marginal(Report report) {
        return report.marginal()
                .map(rows -> table(marginalRows(rows), 1)
                        + "what one bit less would save, of the cheapest unit and window that keep the rate, or of the engine's"
                        + " cycles;\nbelow 0: a narrower operand that divides worse costs more.\n\n")
                .orElse("");
    }

    private static String why(Report report) {
        return report.explanation()
                .map(explanation -> WhyText.text(report.units(), explanation))
                .orElse("");
    }

    /** The cells of the table of savings, its heading first. */
    static List<String[]> marginalRows(List<MarginalRow> savings) {
        boolean engine = savings.stream()
                .flatMap(row -> row.weights().or(row::activations).stream())
                .anyMatch(saving -> saving.cyclesPerImage() != 0);
        String unit = engine ? "cycles" : "cells";
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "one bit less in", "W bits", "in", "weights: " + unit, "energy", "activations: " + unit, "energy"
        });
        for (MarginalRow row : savings) {
            rows.add(new String[] {
                row.layer(),
                String.valueOf(row.weightBits()),
                String.valueOf(row.activationBits()),
                row.weights().map(saving -> amount(saving, engine)).orElse("-"),
                row.weights().map(TextReport::energy).orElse("-"),
                row.activations().map(saving -> amount(saving, engine)).orElse("-"),
                row.activations().map(TextReport::energy).orElse("-")
            });
        }
        return rows;
    }

    private static String amount(MarginalRow.Saving saving, boolean engine) {
        return Quantity.count(engine ? saving.cyclesPerImage() : saving.logicCells());
    }

    private static String energy(MarginalRow.Saving saving) {
        return saving.picojoulesPerImage().map(Quantity::energy).orElse("-");
    }

    private static String share(long cycles, LayerRow.Stalls stalls) {
        return String.format(Locale.ROOT, "%.0f %%", 100.0 * cycles / stalls.total());
    }

    /** The summary alone. */
    public static String summary(Report report) {
        return table(summaryRows(report), 2);
    }

    /** The summary's names and values. */
    static List<String[]> summaryRows(Report report) {
        List<String[]> rows = new ArrayList<>();
        Performance performance = report.performance();
        Hardware hardware = report.hardware();
        rows.add(new String[] {
            "device", "%s at %s".formatted(hardware.part(), Quantity.megahertz(hardware.clockMegahertz()))
        });
        report.accuracy()
                .ifPresent(accuracy -> rows.add(new String[] {
                    "accuracy",
                    "%s as integers, %s in floating point (%s test images)"
                            .formatted(
                                    Quantity.percent(accuracy.integer()),
                                    Quantity.percent(accuracy.floating()),
                                    Quantity.count(accuracy.images()))
                }));
        rows.add(new String[] {"weights", "%s bits on average".formatted(Quantity.bits(report.meanWeightBits()))});
        performance
                .framesPerSecond()
                .ifPresent(rate -> rows.add(new String[] {
                    "throughput",
                    "%s images/s, one every %s cycles"
                            .formatted(
                                    Quantity.significant(rate),
                                    Quantity.significant(
                                            performance.intervalCycles().orElseThrow()))
                }));
        rows.add(new String[] {
            "latency",
            "%s, %s cycles"
                    .formatted(
                            Quantity.time(performance.latencyMicroseconds()),
                            Quantity.count(performance.latencyCycles()))
        });
        rows.add(new String[] {"bound", bound(performance)});
        report.memory().ifPresent(memory -> rows.add(new String[] {"memory", memory(memory, report)}));
        rows.add(new String[] {
            "energy per image",
            report.energy()
                    .map(Energy::picojoulesPerImage)
                    .map(energy -> "%s (80 %% interval %s)"
                            .formatted(Quantity.energy(energy.nominal()), Quantity.range(energy)))
                    .orElse(Energy.NONE)
        });
        report.energy()
                .filter(energy -> energy.switching().isPresent())
                .ifPresent(energy -> rows.add(new String[] {"switching", energy.switchingInWords()}));
        rows.add(new String[] {
            "resources",
            "%s LUTs (%s), %s flip-flops (%s), %s block RAMs (%s)"
                            .formatted(
                                    Quantity.count(hardware.used().luts()),
                                    of(
                                            hardware.used().luts(),
                                            hardware.available().luts()),
                                    Quantity.count(hardware.used().flipFlops()),
                                    of(
                                            hardware.used().flipFlops(),
                                            hardware.available().flipFlops()),
                                    Quantity.count(hardware.used().blockRams()),
                                    of(
                                            hardware.used().blockRams(),
                                            hardware.available().blockRams()))
                    + (hardware.used().multipliers() == 0
                            ? ""
                            : ", %s multipliers (%s)"
                                    .formatted(
                                            Quantity.count(hardware.used().multipliers()),
                                            of(
                                                    hardware.used().multipliers(),
                                                    hardware.available().multipliers())))
        });
        report.verification()
                .ifPresent(done -> rows.add(new String[] {
                    "verification",
                    "%s: %s mismatches in %s words of %d images; %s cycles simulated, %s in the emitted design (%s)"
                            .formatted(
                                    done.passed() ? "passed" : "FAILED",
                                    Quantity.count(done.mismatches()),
                                    Quantity.count(done.words()),
                                    done.images(),
                                    Quantity.count(done.cyclesSimulated()),
                                    Quantity.count(done.cyclesRtl()),
                                    done.simulator())
                }));
        return rows;
    }

    /** What the memory is, how busy its bus was, and how long it let its streams wait. */
    private static String memory(MemoryUse memory, Report report) {
        Dram dram = memory.dram();
        double latency = memory.streams().stream()
                .mapToLong(DramActivity::waitingForLatency)
                .sum();
        double bus =
                memory.streams().stream().mapToLong(DramActivity::waitingForBus).sum();
        long cycles = report.cycles().simulated();
        return "%s MB/s, bursts of %d bytes, %d at a time, %s ns: its bus is busy %s of the cycles; words awaited %s of them for its latency, %s for its bus"
                        .formatted(
                                Quantity.significant(dram.megabytesPerSecond()),
                                dram.burstBytes(),
                                dram.outstanding(),
                                Quantity.significant(dram.latencyNanoseconds()),
                                Quantity.percent(memory.busShare()),
                                Quantity.percent(latency / cycles),
                                Quantity.percent(bus / cycles))
                + dram.rows().map(rows -> rows(rows, memory)).orElse("");
    }

    private static String rows(Dram.Rows rows, MemoryUse memory) {
        long hits = memory.streams().stream().mapToLong(DramActivity::rowHits).sum();
        long misses =
                memory.streams().stream().mapToLong(DramActivity::rowMisses).sum();
        long conflicts =
                memory.streams().stream().mapToLong(DramActivity::rowConflicts).sum();
        return "; of its bursts %s found their row open, %s none and %s another, in %s of rows of %d bytes"
                .formatted(
                        Quantity.count(hits),
                        Quantity.count(misses),
                        Quantity.count(conflicts),
                        Quantity.plural(rows.banks(), "bank"),
                        rows.rowBytes());
    }

    /** The closed form, and how much more the exact cycles are. */
    private static String bound(Performance performance) {
        return "%s%s cycles of latency at least (+%s)"
                .formatted(
                        performance
                                .intervalCycles()
                                .map(interval -> "%s cycles between images (simulated: +%s) and "
                                        .formatted(
                                                Quantity.count(performance.boundCycles()),
                                                more(interval, performance.boundCycles())))
                                .orElse(""),
                        Quantity.count(performance.latencyBoundCycles()),
                        more(performance.latencyCycles(), performance.latencyBoundCycles()));
    }

    private static String more(double cycles, long bound) {
        return Quantity.percent(cycles / bound - 1);
    }

    private static String of(long used, long available) {
        return Quantity.percent((double) used / available);
    }

    /** Columns as wide as their widest cell; the first few to the left, numbers behind them to the right. */
    static String table(List<String[]> rows, int left) {
        int columns = rows.getFirst().length;
        int[] widths = new int[columns];
        for (String[] row : rows) {
            for (int c = 0; c < columns; c++) {
                widths[c] = Math.max(widths[c], row[c].length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                String padding = " ".repeat(widths[c] - row[c].length());
                line.append(c == 0 ? "" : GAP).append(c < left ? row[c] + padding : padding + row[c]);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
