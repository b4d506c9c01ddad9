package narrowband.sim.report;

import java.util.Locale;
import narrowband.sim.energy.EnergyInterval;

/** Numbers as people read them: a few digits, a prefix, a unit. */
final class Quantity {
    private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P"};
    private static final String[] JOULES = {"pJ", "nJ", "µJ", "mJ", "J"};

    private Quantity() {}

    /** Whole numbers in groups of three: {@code 12,345}. */
    static String count(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value));
    }

    /** Three significant digits, or all of a whole number's: {@code 1.23}, {@code 45.6}, {@code 1,234}. */
    static String significant(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == 0) {
            return count(value);
        }
        int decimals = size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** A count and what is counted: {@code 1 image}, {@code 8 images}. */
    static String plural(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** A quantity with a prefix of the SI: {@code 1.23 GB/s}. */
    static String prefixed(double value, String unit) {
        int prefix = 0;
        double size = value;
        while (Math.abs(size) >= 1000 && prefix < PREFIXES.length - 1) {
            size /= 1000;
            prefix++;
        }
        return significant(size) + " " + PREFIXES[prefix] + unit;
    }

    /** A share as per cent with one decimal: {@code 97.3 %}. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    /** An energy in the unit that keeps it short: {@code 1.23 µJ}. */
    static String energy(double picojoules) {
        int prefix = prefix(picojoules);
        return significant(picojoules / Math.pow(1000, prefix)) + " " + JOULES[prefix];
    }

    /** The range of an energy in the unit of its nominal value: {@code 0.9 to 2.1 µJ}. */
    static String range(EnergyInterval energy) {
        int prefix = prefix(energy.nominal());
        double unit = Math.pow(1000, prefix);
        return significant(energy.p10() / unit) + " to " + significant(energy.p90() / unit) + " " + JOULES[prefix];
    }

    private static int prefix(double picojoules) {
        int prefix = 0;
        double value = Math.abs(picojoules);
        while (value >= 1000 && prefix < JOULES.length - 1) {
            value /= 1000;
            prefix++;
        }
        return prefix;
    }

    /** A time given in microseconds: {@code 12.3 µs}, {@code 1.23 ms}. */
    static String time(double microseconds) {
        return microseconds < 1000 ? significant(microseconds) + " µs" : significant(microseconds / 1000) + " ms";
    }

    /** Bits, with as many decimals as they need: {@code 3}, {@code 2.37}. */
    static String bits(double bits) {
        return bits == Math.rint(bits) ? count(bits) : String.format(Locale.ROOT, "%.2f", bits);
    }

    /** A clock: {@code 100 MHz}. */
    static String megahertz(double clock) {
        return (clock == Math.rint(clock) ? count(clock) : Double.toString(clock)) + " MHz";
    }
}
