package narrowband.accel.design;

import java.util.ArrayList;
import java.util.List;

/** What a process does for one image: steps, in sequence and repeated. */
public sealed interface Program {
    /** The number of steps, which is the number of cycles if nothing ever waits. */
    long steps();

    /** The number of steps that write a word to the given output port. */
    long writes(int port);

    /** The number of steps that read a word from the given input port. */
    long reads(int port);

    /**
     * One cycle of work.
     *
     * @param reads bit {@code i} is set where the step takes a word from input port {@code i}
     * @param writes bit {@code i} is set where the step makes a word for output port {@code i}
     * @param needs what the unit's counters must hold at the cycle's start for the step to fire
     * @param changes what the firing adds to the unit's counters, seen from the next cycle on
     */
    record Step(int reads, int writes, List<Count> needs, List<Count> changes) implements Program {
        public Step {
            needs = List.copyOf(needs);
            changes = List.copyOf(changes);
        }

        /** A step inside the unit. */
        public static final Step WORK = new Step(0, 0, List.of(), List.of());

        /** A step that reads input port 0. */
        public static final Step READ = new Step(1, 0, List.of(), List.of());

        /** A step that writes output port 0. */
        public static final Step WRITE = new Step(0, 1, List.of(), List.of());

        /** A step that reads input port 0 and writes output port 0. */
        public static final Step READ_WRITE = new Step(1, 1, List.of(), List.of());

        /** This step, waiting until a counter holds at least an amount. */
        public Step needing(int counter, int amount) {
            return new Step(reads, writes, with(needs, counter, amount), changes);
        }

        /** This step, adding an amount to a counter when it fires. */
        public Step changing(int counter, int amount) {
            return new Step(reads, writes, needs, with(changes, counter, amount));
        }

        private static List<Count> with(List<Count> counts, int counter, int amount) {
            List<Count> more = new ArrayList<>(counts);
            more.add(new Count(counter, amount));
            return more;
        }

        @Override
        public long steps() {
            return 1;
        }

        @Override
        public long writes(int port) {
            return writes >> port & 1;
        }

        @Override
        public long reads(int port) {
            return reads >> port & 1;
        }
    }

    /** An amount of one of the unit's counters. */
    record Count(int counter, int amount) {}

    /** Programs one after the other. */
    record Sequence(List<Program> parts) implements Program {
        public Sequence {
            parts = List.copyOf(parts);
        }

        @Override
        public long steps() {
            return parts.stream().mapToLong(Program::steps).sum();
        }

        @Override
        public long writes(int port) {
            return parts.stream().mapToLong(part -> part.writes(port)).sum();
        }

        @Override
        public long reads(int port) {
            return parts.stream().mapToLong(part -> part.reads(port)).sum();
        }
    }

    /** A program, {@code count} times; none at all where {@code count} is 0. */
    record Repeat(long count, Program body) implements Program {
        public Repeat {
            if (count < 0) {
                throw new IllegalArgumentException("a program cannot repeat %d times".formatted(count));
            }
        }

        @Override
        public long steps() {
            return count * body.steps();
        }

        @Override
        public long writes(int port) {
            return count * body.writes(port);
        }

        @Override
        public long reads(int port) {
            return count * body.reads(port);
        }
    }

    static Program sequence(Program... parts) {
        return new Sequence(List.of(parts));
    }

    static Program repeat(long count, Program body) {
        return new Repeat(count, body);
    }
}
