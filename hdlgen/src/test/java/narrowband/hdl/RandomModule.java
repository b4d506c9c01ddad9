package narrowband.hdl;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import narrowband.hdl.ir.MemoryBlock.Style;

/** A random design: all operators, widths from 1 to 130 bits, registers, memories, conditions, hierarchy. The seed says which. */
public final class RandomModule extends Module {
    private static final int WIDEST = 130;
    private static final Style[] STYLES = {Style.AUTO, Style.BLOCK, Style.DISTRIBUTED};

    private final Random random;
    private final int widest;
    private final List<Data<?>> pool = new ArrayList<>();
    public final UInt[] inputs = new UInt[3];
    public final List<UInt> outputs = new ArrayList<>();

    public RandomModule(long seed) {
        this(new Random(seed), 40, 2, WIDEST);
    }

    /** A design with {@code levels} of hierarchy, about twice {@code operators} expressions in its outermost module, and no signal wider than {@code widest} bits, at least 7. */
    public RandomModule(long seed, int operators, int levels, int widest) {
        this(new Random(seed), operators, levels, widest);
    }

    private RandomModule(Random random, int operators, int levels, int widest) {
        this.random = random;
        this.widest = widest;
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = input(width());
            pool.add(inputs[i]);
        }
        pool.add(UInt.of(width(), 0));
        pool.add(Bool.TRUE);
        List<Data<?>> registers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int width = width();
            UInt register = random.nextBoolean() ? reg(width) : reg(width, random.nextInt(2));
            registers.add(register.named("state" + i));
            pool.add(register);
        }
        SInt signed = signedReg(7, -3).named("balance");
        pool.add(signed);
        for (int i = 0; i < operators; i++) {
            pool.add(operation());
        }
        if (levels > 0) {
            for (int i = 0; i < 2; i++) {
                RandomModule child = instance(new RandomModule(random, operators / 2, levels - 1, widest));
                for (UInt input : child.inputs) {
                    input.set(fit(unsigned(), input.width()));
                }
                pool.addAll(child.outputs);
            }
        }
        memories();
        for (int i = 0; i < operators; i++) {
            pool.add(operation());
        }
        for (Data<?> register : registers) {
            update((UInt) register);
        }
        when(bool(), () -> signed.set(signed().sat(7)));
        UInt choice = wire(width()).named("choice");
        choice.set(fit(unsigned(), choice.width()));
        when(bool(), () -> choice.set(fit(unsigned(), choice.width())))
                .elseWhen(bool(), () -> choice.set(fit(unsigned(), choice.width())));
        pool.add(choice);
        for (int i = 0; i < 4; i++) {
            UInt value = pool.get(pool.size() - 1 - i * 3).asUInt();
            UInt output = output(value.width());
            output.set(value);
            outputs.add(output);
        }
    }

    private void update(UInt register) {
        UInt next = fit(unsigned(), register.width());
        switch (random.nextInt(4)) {
            case 0 -> register.set(next);
            case 1 -> when(bool(), () -> register.set(next));
            case 2 ->
                when(bool(), () -> register.set(next))
                        .elseWhen(bool(), () -> when(bool(), () -> register.set(register.not())))
                        .otherwise(() -> register.set(0));
            default -> {
                register.set(next);
                when(bool(), () -> register.set(register.wrappingPlus(1)));
            }
        }
    }

    private void memories() {
        int width = width();
        List<BigInteger> words = new ArrayList<>();
        int depth = 1 << (1 + random.nextInt(4));
        for (int i = 0; i < depth; i++) {
            words.add(new BigInteger(width, random));
        }
        Rom rom = rom(width, words, STYLES[random.nextInt(STYLES.length)]).named("coefficients");
        pool.add(rom.readSync(fit(unsigned(), rom.addressWidth())));
        pool.add(rom.readSync(fit(unsigned(), rom.addressWidth()), bool()));
        Rom truth = rom(width, words.subList(0, Math.max(1, depth - 1)), Style.LOGIC)
                .named("truth");
        pool.add(truth.read(fit(unsigned(), truth.addressWidth())));
        pool.add(rom(width, words, Style.DISTRIBUTED).named("weights").read(fit(unsigned(), rom.addressWidth())));
        Ram ram = ram(width, words, STYLES[random.nextInt(STYLES.length)]).named("store");
        when(bool(), () -> ram.write(fit(unsigned(), ram.addressWidth()), fit(unsigned(), width)));
        pool.add(ram.readSync(fit(unsigned(), ram.addressWidth())));
        Ram near = ram(width, words, random.nextBoolean() ? Style.AUTO : Style.DISTRIBUTED)
                .named("near");
        near.write(fit(unsigned(), near.addressWidth()), fit(unsigned(), width), bool());
        pool.add(near.read(fit(unsigned(), near.addressWidth())));
    }

    private Data<?> operation() {
        UInt a = unsigned();
        UInt b = unsigned();
        SInt c = signed();
        SInt d = signed();
        Data<?> result = switch (random.nextInt(37)) {
            case 0 -> a.plus(b);
            case 1 -> a.minus(b);
            case 2 -> a.wrappingPlus(b);
            case 3 -> a.wrappingMinus(b);
            case 4 -> a.times(b);
            case 5 -> c.times(d);
            case 6 -> c.plus(d);
            case 7 -> c.minus(d);
            case 8 -> a.and(b);
            case 9 -> c.or(d);
            case 10 -> c.xor(d);
            case 11 -> a.not();
            case 12 -> a.eq(b);
            case 13 -> c.ne(d);
            case 14 -> a.lt(b);
            case 15 -> a.le(b);
            case 16 -> c.lt(d);
            case 17 -> c.ge(d);
            case 18 -> mux(bool(), a, b);
            case 19 -> mux(bool(), c, d);
            case 20 -> a.concat(d);
            case 21 -> a.countOnes();
            case 22 -> a.any();
            case 23 -> a.all();
            case 24 -> c.parity();
            case 25 -> a.shiftLeft(random.nextInt(9));
            case 26 -> a.shiftRight(fit(b, 1 + random.nextInt(9)));
            case 27 -> a.shiftLeft(fit(b, 1 + random.nextInt(5)));
            case 28 -> a.bit(fit(b, 7));
            case 29 -> c.shiftRight(random.nextInt(c.width()));
            case 30 -> slice(a);
            case 31 -> c.extend(c.width() + random.nextInt(70));
            case 32 -> c.sat(1 + random.nextInt(c.width()));
            case 33 -> c.shiftRight(fit(b, 1 + random.nextInt(9)));
            case 34 -> c.shiftLeft(fit(b, 1 + random.nextInt(5)));
            case 35 -> random.nextBoolean() ? a.shiftRight(b) : c.shiftRight(b);
            default -> select(fit(b, 3), List.of(a, b, unsigned(), unsigned(), b));
        };
        if (result.width() > widest) {
            result = result.bits(widest - 1, 0);
        }
        return result;
    }

    private UInt slice(UInt a) {
        int low = random.nextInt(a.width());
        return a.bits(low + random.nextInt(a.width() - low), low);
    }

    private int width() {
        int width = switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(4);
            case 1 -> 1 + random.nextInt(33);
            case 2 -> 60 + random.nextInt(10);
            default -> 1 + random.nextInt(WIDEST);
        };
        return width <= widest ? width : 1 + width % widest;
    }

    private UInt unsigned() {
        return pool.get(random.nextInt(pool.size())).asUInt();
    }

    private SInt signed() {
        return unsigned().asSInt();
    }

    private Bool bool() {
        UInt value = unsigned();
        return random.nextBoolean() ? value.bit(random.nextInt(value.width())) : value.any();
    }

    private UInt fit(UInt value, int width) {
        return value.width() > width ? value.trunc(width) : value.extend(width);
    }
}
