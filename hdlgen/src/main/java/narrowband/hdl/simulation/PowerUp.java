package narrowband.hdl.simulation;

import java.math.BigInteger;
import java.util.Random;

/** What registers, read ports and memories hold before the first edge. */
public final class PowerUp {
    private final Random random;

    private PowerUp(Random random) {
        this.random = random;
    }

    /** Registers hold their initial values; read ports, and memories without contents, hold 0: what FPGAs do with the emitted Verilog. */
    public static PowerUp declared() {
        return new PowerUp(null);
    }

    /**
     * Registers (those with a reset, too, until it acts), read ports, and memories without contents hold what {@code seed} says: what a chip does, and what shows whether a
     * design relies on more than its reset. Once for each simulator.
     */
    public static PowerUp random(long seed) {
        return new PowerUp(new Random(seed));
    }

    /** What something of {@code width} bits holds that is said to hold {@code declared}. In the order of a netlist's registers, read ports and memories. */
    BigInteger value(int width, BigInteger declared) {
        return random == null ? declared : new BigInteger(width, random);
    }
}
