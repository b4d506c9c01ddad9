package narrowband.hdl;

import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.stream.Fifo;

/** Small designs that several tests share. */
public final class Samples {
    private Samples() {}

    /** Counts to a limit and starts again. */
    public static final class Counter extends Module {
        public final Bool enable = input().comment("counts in cycles with 1");
        public final UInt count = output(8);
        final UInt value = reg(8, 0);

        public Counter(int limit) {
            parameter("limit", limit);
            describe("Counts from 0 to limit - 1 and starts again.");
            when(
                    enable,
                    () -> when(value.eq(limit - 1), () -> value.set(0))
                            .otherwise(() -> value.set(value.wrappingPlus(1))));
            count.set(value);
        }
    }

    /** Weighs the words of a stream with a table, behind a FIFO. */
    public static final class Weigher extends Module {
        public final Stream<UInt> words = streamInput(8);
        public final Stream<UInt> products = streamOutput(16);
        final Fifo<UInt> queue = instance(Fifo.of(8, 4));
        final Counter position = instance(new Counter(5));
        final Rom weights = rom(8, new long[] {3, 1, 4, 1, 5}, Style.DISTRIBUTED);

        public Weigher() {
            queue.in.connect(words);
            position.enable.set(queue.out.fire());
            UInt weight = weights.read(position.count.trunc(3)).named("weight");
            products.valid.set(queue.out.valid);
            queue.out.ready.set(products.ready);
            products.data.set(weight.times(queue.out.data));
        }
    }

    /** Counts ones, with names that the counting function would like to have. */
    public static final class Population extends Module {
        public final UInt bits = input(5);
        public final UInt i = input(9);
        public final UInt ones = output(4);
        final UInt unused = output(3);

        public Population() {
            ones.set(i.countOnes());
            unused.set(bits.countOnes());
        }
    }
}
