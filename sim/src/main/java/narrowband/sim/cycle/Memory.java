package narrowband.sim.cycle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import narrowband.sim.cycle.CriticalPath.After;
import narrowband.sim.cycle.Link.Actor;

/** A {@link Dram} in motion: its bus, and the streams that are read over it. */
final class Memory {
    private static final String NAME = "memory";

    private final Dram dram;
    private final double latency;
    private final double cyclesOfByte;
    private final List<Reader> readers = new ArrayList<>();
    /** Null where the memory has no rows. */
    private final OpenRows rows;

    private int turn;
    /** When the bus has given all that was requested. */
    private double busFree;

    /** Who it is, where it is kept what decided when; else null. */
    private final Actor actor;

    /** The requests in each cycle up to now, and the cycle of the last; what the last word on the bus waited for. */
    private Link requests;

    private long lastRequest = -1;
    private Link arrivals;

    Memory(Dram dram, double clockMegahertz, Actor actor) {
        this.dram = dram;
        this.latency = dram.latencyCycles(clockMegahertz);
        this.cyclesOfByte = dram.cyclesOfByte(clockMegahertz);
        this.rows =
                dram.rows().map(given -> new OpenRows(given, clockMegahertz)).orElse(null);
        this.actor = actor;
    }

    static Actor actor(String layer) {
        return new Actor(layer, "", NAME);
    }

    /** A stream that is read: {@code image}, which lies at the first address, or {@code weights}. */
    Reader reader(String stream, int wordBits, long wordsOfImage, long words) {
        long address =
                stream.equals("weights") ? dram.rows().map(Dram.Rows::weightsAt).orElse(0L) : 0;
        Reader reader = new Reader(stream, address, Math.ceilDiv(wordBits, 8), wordsOfImage, words);
        readers.add(reader);
        return reader;
    }

    /** Requests a burst, if there is room for one. */
    void step(long cycle) {
        for (int i = 0; i < readers.size(); i++) {
            Reader reader = readers.get((turn + i) % readers.size());
            if (reader.canRequest()) {
                reader.request(cycle);
                turn = (turn + i + 1) % readers.size();
                return;
            }
        }
    }

    /** Whether nothing is requested until a word is taken. */
    boolean isQuiet() {
        for (Reader reader : readers) {
            if (reader.canRequest()) {
                return false;
            }
        }
        return true;
    }

    List<DramActivity> activities() {
        return readers.stream().map(Reader::activity).toList();
    }

    /** Words of a burst that are still to be taken. */
    private static final class Burst {
        /** When its words begin to go over the bus. */
        private final double start;

        private final boolean late;
        private final Link arrival;
        private final long words;
        private long taken;

        Burst(double start, boolean late, Link arrival, long words) {
            this.start = start;
            this.late = late;
            this.arrival = arrival;
            this.words = words;
        }
    }

    /** A stream, and the DMA that reads it. */
    final class Reader {
        private final String stream;
        private final long first;
        private final int wordBytes;
        private final long wordsOfBurst;
        private final long wordsOfImage;
        private final Deque<Burst> bursts = new ArrayDeque<>();
        /** Words that no burst was requested for. */
        private long left;

        private long requested;
        /** Bursts by what they found. */
        private final long[] found = new long[OpenRows.Found.values().length];

        private double busCycles;
        private long waitingForLatency;
        private long waitingForBus;
        /** What took the last word of the burst whose room came free last, and when. */
        private Link freedBy;

        private long freed = -1;

        private Reader(String stream, long first, int wordBytes, long wordsOfImage, long words) {
            this.stream = stream;
            this.first = first;
            this.wordBytes = wordBytes;
            this.wordsOfBurst = Math.max(1, dram.burstBytes() / wordBytes);
            this.wordsOfImage = wordsOfImage;
            this.left = words;
        }

        private boolean canRequest() {
            return left > 0 && bursts.size() < dram.outstanding();
        }

        private void request(long cycle) {
            // A burst does not go on from one image to the next, which begins at the first address again.
            long toTheEnd = (left - 1) % wordsOfImage + 1;
            long words = Math.min(wordsOfBurst, toTheEnd);
            double open = cycle;
            long address = first + (wordsOfImage - toTheEnd) * wordBytes;
            if (rows != null) {
                words = Math.min(words, Math.ceilDiv(rows.left(address), wordBytes));
                found[rows.look(address).ordinal()]++;
                open = rows.open(address, cycle);
            }
            double ready = open + latency;
            boolean busy = busFree > ready;
            if (actor != null) {
                follow(cycle, busy);
            }
            double start = Math.max(ready, busFree);
            bursts.add(new Burst(start, busy, arrivals, words));
            busFree = start + words * wordBytes * cyclesOfByte;
            if (rows != null) {
                rows.read(address, busFree);
            }
            busCycles += words * wordBytes * cyclesOfByte;
            left -= words;
            requested++;
        }

        private void follow(long cycle, boolean busy) {
            if (lastRequest != cycle - 1 || requests == null) {
                requests = freedBy == null || freed != cycle - 1
                        ? new Link(actor, After.START, "", cycle, null, cycle - 1)
                        : new Link(actor, After.REQUEST, stream, cycle, freedBy, freed);
            }
            lastRequest = cycle;
            arrivals = busy ? arrivals : requests;
        }

        /** The first cycle in which the next word is offered; that of no burst is never. */
        long arrival() {
            Burst burst = bursts.peekFirst();
            return burst == null
                    ? Long.MAX_VALUE
                    : (long) Math.ceil(burst.start + (burst.taken + 1) * wordBytes * cyclesOfByte);
        }

        /** What the next word had to wait for. */
        Link arrivedBy() {
            return bursts.getFirst().arrival;
        }

        /** Counts cycles in which the next word could have been taken and had not come. */
        void late(long cycles) {
            Burst burst = bursts.peekFirst();
            if (burst != null && (burst.late || burst.taken > 0)) {
                waitingForBus += cycles;
            } else {
                waitingForLatency += cycles;
            }
        }

        /** The next word is taken. */
        void take(long cycle, Link by) {
            Burst burst = bursts.getFirst();
            burst.taken++;
            if (burst.taken == burst.words) {
                bursts.removeFirst();
                freedBy = by;
                freed = cycle;
            }
        }

        private DramActivity activity() {
            return new DramActivity(
                    stream,
                    requested,
                    busCycles,
                    waitingForLatency,
                    waitingForBus,
                    found[OpenRows.Found.ITS_ROW.ordinal()],
                    found[OpenRows.Found.NO_ROW.ordinal()],
                    found[OpenRows.Found.ANOTHER_ROW.ordinal()]);
        }
    }
}
