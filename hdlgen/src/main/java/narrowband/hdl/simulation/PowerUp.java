package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.Random;

/** What nothing in a design decides: what registers, read ports and memories hold before the first edge, and what a promise leaves to the hardware. */
public final class PowerUp {
    private final Random random;
    private final boolean adverse;

    private PowerUp(Random random, boolean adverse) {
        this.random = random;
        this.adverse = adverse;
    }

    /** Registers hold their initial values; read ports, and memories without contents, hold 0: what FPGAs do with the emitted Verilog. */
    public static PowerUp declared() {
        return new PowerUp(null, false);
    }

    /**
     * Registers (those with a reset, too, until it acts), read ports, and memories without contents hold what {@code seed} says: what a chip does, and what shows whether a
     * design relies on more than its reset. Once for each simulator.
     */
    public static PowerUp random(long seed) {
        return new PowerUp(new Random(seed), false);
    }

    /**
     * As {@link #random}; and a word that is read at the edge at which it is written, in a memory that promises that nobody uses it
     * ({@code Ram.ignoringCollisions}), is any number. Such a run is interpreted, and slow.
     */
    public static PowerUp adverse(long seed) {
        return new PowerUp(new Random(seed), true);
    }

    boolean isAdverse() {
        return adverse;
    }

    /** What a read gives that collided with a write: {@code old}, or anything. */
    BigInteger collided(int width, BigInteger old) {
        return adverse ? new BigInteger(width, random) : old;
    }

    /** What something of {@code width} bits holds that is said to hold {@code declared}. In the order of a netlist's registers, read ports and memories. */
    BigInteger value(int width, BigInteger declared) {
        return random == null ? declared : new BigInteger(width, random);
    }
}
