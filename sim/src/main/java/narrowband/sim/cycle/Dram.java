package narrowband.sim.cycle;

import java.util.List;
import java.util.Optional;
import narrowband.accel.InvalidInputException;

/**
 * A memory outside of the FPGA from which the images, and a shared engine's weights, are read, each stream by a DMA of its own:
 * bursts in the order of the stream, requested as soon as there is room for them. Results are not written to it; they are few.
 *
 * <p>In each cycle one DMA requests one burst, in turn where both could. The memory answers in the order of the requests: a
 * burst's words go over the bus one behind the other, not before the latency is over and not before the bursts before it. A word
 * that has come is offered until the accelerator takes it. A burst's room is free again when all its words are taken. Refreshing
 * is in the rate as far as it is anywhere, and so are banks and rows where none are given.
 *
 * @param megabytesPerSecond what the bus gives while it is busy, 10^6 bytes; of a controller's peak perhaps three quarters, for
 *     which that of Zynq-7000 was designed (Xilinx UG585, 22.3.2)
 * @param burstBytes bytes of a burst, of which as many whole words are used as fit, but at least one; a word takes whole bytes
 * @param latencyNanoseconds from a request to when its first byte can go over the bus
 * @param outstanding bursts of each stream for which there is room: requested, and not all taken
 * @param rows the memory's banks and their rows; null where every word is as near as any other
 */
public record Dram(
        double megabytesPerSecond, int burstBytes, double latencyNanoseconds, int outstanding, Optional<Rows> rows) {
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

    /** Without banks and rows. */
    public Dram(double megabytesPerSecond, int burstBytes, double latencyNanoseconds, int outstanding) {
        this(megabytesPerSecond, burstBytes, latencyNanoseconds, outstanding, Optional.empty());
    }

    /**
     * Banks, each with one row open at a time, and where the streams lie in them. Addresses go through a row, then to the next
     * bank. A burst ends with its row. One that finds its row open waits for nothing more; one that finds none open, until it is
     * activated; one that finds another, until that is closed first, which it is not before its bank's words are on the bus.
     *
     * @param banks at least 1
     * @param rowBytes bytes of a row over all chips of the memory
     * @param activateNanoseconds until a row is open (tRCD); 13.75 of DDR3-1600 11-11-11 (JEDEC JESD79-3)
     * @param prechargeNanoseconds until a row is closed (tRP); likewise
     * @param weightsAt the first byte of the weights, that of the image being 0
     */
    public record Rows(
            int banks, int rowBytes, double activateNanoseconds, double prechargeNanoseconds, long weightsAt) {
        public Rows {
            require(banks >= 1, "banks", banks);
            require(rowBytes >= 1, "bytes of a row", rowBytes);
            require(activateNanoseconds >= 0 && Double.isFinite(activateNanoseconds), "ns", activateNanoseconds);
            require(prechargeNanoseconds >= 0 && Double.isFinite(prechargeNanoseconds), "ns", prechargeNanoseconds);
            require(weightsAt >= 0, "bytes before the weights", weightsAt);
        }
    }

    private static void require(boolean condition, String what, double value) {
        if (!condition) {
            throw new InvalidInputException("A memory cannot have %s %s.".formatted(value, what));
        }
    }

    /**
     * From {@code MB/S}, and perhaps {@code ,BURST_BYTES}, {@code ,LATENCY_NS} and {@code ,OUTSTANDING} behind it; behind all of them
     * perhaps {@code ,BANKS,ROW_BYTES,ACTIVATE_NS,PRECHARGE_NS,WEIGHTS_AT}.
     *
     * @throws InvalidInputException if it is none
     */
    public static Dram parse(String text) {
        List<String> parts = List.of(text.split(",", -1));
        try {
            if (parts.size() > 4 && parts.size() != 9) {
                throw new NumberFormatException();
            }
            return new Dram(
                    Double.parseDouble(parts.get(0)),
                    parts.size() > 1 ? Integer.parseInt(parts.get(1)) : BURST_BYTES,
                    parts.size() > 2 ? Double.parseDouble(parts.get(2)) : LATENCY_NANOSECONDS,
                    parts.size() > 3 ? Integer.parseInt(parts.get(3)) : OUTSTANDING,
                    parts.size() > 4 ? Optional.of(rows(parts.subList(4, 9))) : Optional.empty());
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    ("A memory is MB/S[,BURST_BYTES[,LATENCY_NS[,OUTSTANDING[,BANKS,ROW_BYTES,ACTIVATE_NS,PRECHARGE_NS,WEIGHTS_AT]]]],"
                                    + " such as 1600,128,200,8 or 1600,128,200,8,8,4096,13.75,13.75,1048576; not %s.")
                            .formatted(text),
                    e);
        }
    }

    private static Rows rows(List<String> parts) {
        return new Rows(
                Integer.parseInt(parts.get(0)),
                Integer.parseInt(parts.get(1)),
                Double.parseDouble(parts.get(2)),
                Double.parseDouble(parts.get(3)),
                Long.parseLong(parts.get(4)));
    }

    /** The same without banks and rows. */
    public Dram withoutRows() {
        return new Dram(megabytesPerSecond, burstBytes, latencyNanoseconds, outstanding);
    }

    /** The same with another latency. */
    public Dram withLatency(double nanoseconds) {
        return new Dram(megabytesPerSecond, burstBytes, nanoseconds, outstanding, rows);
    }

    /** The same with another rate of the bus. */
    public Dram withRate(double newMegabytesPerSecond) {
        return new Dram(newMegabytesPerSecond, burstBytes, latencyNanoseconds, outstanding, rows);
    }

    /** Cycles of a clock in which the bus gives a byte. */
    double cyclesOfByte(double clockMegahertz) {
        return clockMegahertz / megabytesPerSecond;
    }

    double latencyCycles(double clockMegahertz) {
        return cycles(latencyNanoseconds, clockMegahertz);
    }

    static double cycles(double nanoseconds, double clockMegahertz) {
        return nanoseconds * clockMegahertz / 1e3;
    }
}
