package narrowband.hdl.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.RandomModule;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.MemoryBlock.Style;

/** Three random designs on a clock each, with a bit passed from each clock to the next, a memory written on one clock and read on all, and conditions to cover. */
final class RandomClocks extends Module {
    private static final int WIDTH = 5;

    final Clock left = clock();
    final Clock right = clock();
    final List<UInt> inputs = new ArrayList<>();

    RandomClocks(long seed) {
        parameter("seed", seed);
        List<Clock> clocks = List.of(clockNow(), left, right);
        Random random = new Random(seed);
        Ram shared = ram(WIDTH, 1 << WIDTH, Style.AUTO).named("shared");
        Bool passed = null;
        for (int i = 0; i < clocks.size(); i++) {
            String name = "_" + i;
            int index = i;
            Clock clock = clocks.get(i);
            Bool from = passed;
            passed = in(clock, () -> {
                RandomModule part = instance("part" + name, new RandomModule(random.nextLong()));
                for (int k = 0; k < part.inputs.length; k++) {
                    UInt input = input(part.inputs[k].width()).named("in" + name + "_" + k);
                    inputs.add(input);
                    part.inputs[k].set(input);
                }
                Bool taken = from == null ? Bool.FALSE : synchronize(from).named("taken" + name);
                UInt mixed = reg(WIDTH, index).named("mixed" + name);
                UInt first = part.outputs.getFirst();
                mixed.set(mixed.wrappingPlus(
                        first.extend(Math.max(WIDTH, first.width())).trunc(WIDTH)));
                when(taken, () -> mixed.set(mixed.not()));
                if (index == 0) {
                    shared.write(
                            mixed,
                            inputs.getFirst()
                                    .extend(Math.max(WIDTH, inputs.getFirst().width()))
                                    .trunc(WIDTH));
                }
                UInt word = shared.readSync(mixed, mixed.bit(0).not()).named("word" + name);
                output(WIDTH).named("read" + name).set(word);
                for (int k = 0; k < part.outputs.size(); k++) {
                    output(part.outputs.get(k).width())
                            .named("out" + name + "_" + k)
                            .set(part.outputs.get(k));
                }
                cover(mixed.bit(1), "odd pair on clock " + index);
                assertAlways(mixed.lt(1 << WIDTH), "a number of its width on clock " + index);
                Bool flag = reg(false).named("flag" + name);
                flag.set(mixed.parity());
                return flag;
            });
        }
    }
}
