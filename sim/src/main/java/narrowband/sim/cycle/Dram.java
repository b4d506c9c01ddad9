package narrowband.sim.cycle;

import java.util.List;
import narrowband.accel.InvalidInputException;

/**
 * A memory outside of the FPGA from which the images, and a shared engine's weights, are read, each stream by a DMA of its own:
 * bursts in the order of the stream, requested as soon as there is room for them. Results are not written to it; they are few.
 *
 * <p>In each cycle one DMA requests one burst, in turn where both could. The memory answers in the order of the requests: a
 * burst's words go over the bus one behind the other, not before the latency is over and not before the bursts before it. A word
 * that has come is offered until the accelerator takes it. A burst's room is free again when all its words are taken. Banks, rows
 * and refreshing are in the rate and the latency as far as they are anywhere.
 *
 * @param megabytesPerSecond what the bus gives while it is busy, 10^6 bytes; of a controller's peak perhaps three quarters, for
 *     which that of Zynq-7000 was designed (Xilinx UG585, 22.3.2)
 * @param burstBytes bytes of a burst, of which as many whole words are used as fit, but at least one; a word takes whole bytes
 * @param latencyNanoseconds from a request to when its first byte can go over the bus
 * @param outstanding bursts of each stream for which there is room: requested, and not all taken
 */
public record Dram(double megabytesPerSecond, int burstBytes, double latencyNanoseconds, int outstanding) {
    /** The longest burst of an AXI3 port of 64 bits, such as those of Zynq-7000. */
    public static final int BURST_BYTES = 128;

    /** An assumption, to be replaced by what is measured on a board. */
    public static final double LATENCY_NANOSECONDS = 200;

    /** Bursts in a buffer of 1 KiB. */
    public static final int OUTSTANDING = 8;

    public Dram {
        require(megabytesPerSecond > 0 && Double.isFinite(megabytesPerSecond), "MB/s", megabytesPerSecond);
        require(burstBytes >= 1, "bytes of a burst", burstBytes);
        require(latencyNanoseconds >= 0 && Double.isFinite(latencyNanoseconds), "ns", latencyNanoseconds);
        require(outstanding >= 1, "bursts", outstanding);
    }

    private static void require(boolean condition, String what, double value) {
        if (!condition) {
            throw new InvalidInputException("A memory cannot have %s %s.".formatted(value, what));
        }
    }

    /**
     * From {@code MB/S}, and perhaps {@code ,BURST_BYTES}, {@code ,LATENCY_NS} and {@code ,OUTSTANDING} behind it.
     *
     * @throws InvalidInputException if it is none
     */
    public static Dram parse(String text) {
        List<String> parts = List.of(text.split(",", -1));
        try {
            if (parts.size() > 4) {
                throw new NumberFormatException();
            }
            return new Dram(
                    Double.parseDouble(parts.get(0)),
                    parts.size() > 1 ? Integer.parseInt(parts.get(1)) : BURST_BYTES,
                    parts.size() > 2 ? Double.parseDouble(parts.get(2)) : LATENCY_NANOSECONDS,
                    parts.size() > 3 ? Integer.parseInt(parts.get(3)) : OUTSTANDING);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "A memory is MB/S[,BURST_BYTES[,LATENCY_NS[,OUTSTANDING]]], such as 1600,128,200,8; not %s."
                            .formatted(text),
                    e);
        }
    }

    /** The same with another latency. */
    public Dram withLatency(double nanoseconds) {
        return new Dram(megabytesPerSecond, burstBytes, nanoseconds, outstanding);
    }

    /** The same with another rate of the bus. */
    public Dram withRate(double newMegabytesPerSecond) {
        return new Dram(newMegabytesPerSecond, burstBytes, latencyNanoseconds, outstanding);
    }

    /** Cycles of a clock in which the bus gives a byte. */
    double cyclesOfByte(double clockMegahertz) {
        return clockMegahertz / megabytesPerSecond;
    }

    double latencyCycles(double clockMegahertz) {
        return latencyNanoseconds * clockMegahertz / 1e3;
    }
}
