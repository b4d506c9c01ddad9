package narrowband.sim.report;

import java.util.List;
import java.util.stream.Collectors;

/** What each number means, in words and units. */
final class HtmlLegend {
    private record Meaning(String term, String meaning) {}

    private static final List<Meaning> MEANINGS = List.of(
            new Meaning(
                    "Throughput",
                    "Images per second when they stream in without a gap: clock divided by the cycles between results."),
            new Meaning(
                    "Latency",
                    "Time from the cycle in which the first word of an image enters, to that in which the last word of its"
                            + " result leaves, both counted, the design being empty. Not the inverse of throughput: several"
                            + " images are under way at once."),
            new Meaning(
                    "Cycles / image",
                    "Cycles of work of the layer's busiest process for one image, waits left out. The largest of them bounds"
                            + " the throughput."),
            new Meaning(
                    "Bound",
                    "What no schedule of the design beats, in closed form: the steps of its busiest unit, and the longest"
                            + " chain of steps that wait for each other. What the simulation takes beyond it is waiting."),
            new Meaning(
                    "Works",
                    "Share of all simulated cycles in which that process made a step. 100 % is out of reach: a stream has a beginning and an end."),
            new Meaning(
                    "Works on padding",
                    "Of an array's cycles of work, those that it would be spared if all its lanes had something to do: lanes"
                            + " without a channel do nothing that the network asks for."),
            new Meaning(
                    "Waits for input",
                    "Cycles in which it could have worked, but no word had come: what is before it is slower."),
            new Meaning(
                    "Waits for weights",
                    "Cycles in which a shared engine's array had no tile of weights, or what loads them no word of one: their memory is slower."),
            new Meaning("Waits for rows", "Cycles in which a convolution's line buffer held too few complete rows."),
            new Meaning(
                    "Waits within",
                    "Cycles in which one process of a shared engine waited for another: its array for what requantises behind it"
                            + " or for the pass before; what requantises for the array."),
            new Meaning(
                    "Blocked by a buffer",
                    "Cycles in which a line buffer had no free row to fill, or a shared engine's memory for tiles no room."),
            new Meaning(
                    "Blocked by output",
                    "Cycles in which it stood since the FIFO behind it was full: what is behind it is slower."),
            new Meaning(
                    "Held back",
                    "Cycles in which the world outside, or its memory, had no word to offer, or took none."),
            new Meaning(
                    "Before its first step, after its last",
                    "Cycles at the beginning and the end of the stream, in which the design fills and drains."),
            new Meaning(
                    "Bit operation",
                    "One bit of a weight times one bit of an activation. A multiply-accumulate of W by A bits is W x A of them;"
                            + " those of lanes that stand idle do not count."),
            new Meaning(
                    "Bit operations / byte",
                    "A layer's bit operations for one image over the bytes that it moves for it: over the FIFOs into and out of"
                            + " its units, or, of a shared engine, over the streams of weights, image and result. 1 byte = 8 bits of"
                            + " the words as they are wired."),
            new Meaning(
                    "Roof",
                    "The most bit operations in a second that the arrays (their size in bit operations a cycle, times the"
                            + " clock) and the busiest stream (a word in each cycle) allow."),
            new Meaning(
                    "Accuracy",
                    "Share of test images classified right. Integers are what the hardware computes, bit for bit."),
            new Meaning(
                    "Weight bits, bits in, bits out",
                    "Widths of the weights, of the codes that a layer takes in and of those that it gives."),
            new Meaning("MACs", "Multiply-accumulates for one image, with those on padding."),
            new Meaning(
                    "LUTs, flip-flops, block RAMs",
                    "Look-up tables, registers in bits, and memory blocks of the device's own size, estimated before synthesis."),
            new Meaning(
                    "Energy",
                    "Joules for one image in the steady state (1 µJ = 1,000 nJ = 1,000,000 pJ). An estimate, nothing was"
                            + " measured on this design: counts of events times unit energies."),
            new Meaning(
                    "80 % interval",
                    "The 10th to the 90th percentile of 1,000 draws of the uncertain unit energies. Intervals of parts do not"
                            + " add up; nominal values do."),
            new Meaning(
                    "Mismatches",
                    "Output words of the emitted design that differ from the integer reference in value, or from the simulation in cycle."));

    private HtmlLegend() {}

    static String section() {
        String list = MEANINGS.stream()
                .map(entry -> "<dt>%s</dt><dd>%s</dd>".formatted(entry.term, Markup.escape(entry.meaning)))
                .collect(Collectors.joining("\n", "<dl>", "</dl>"));
        return Markup.section(
                "legend", "What the numbers mean", "Every number has a unit; this is what each counts.", list);
    }
}
