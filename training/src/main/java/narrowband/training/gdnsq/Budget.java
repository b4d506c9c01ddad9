package narrowband.training.gdnsq;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import narrowband.accel.InvalidInputException;

/** What a network may cost for one image, and the mean width of its weights. */
public sealed interface Budget {
    /** The widest width. */
    int MAX_BITS = 16;

    /** Mean widths at which the default network stays close to floating point. */
    Budget DEFAULT = new UniformBits(3, 2.5);

    /** The most that the network may cost, in the model's unit. */
    double limit(CostModel cost);

    /** The most that the widths of weights may be in the mean over layers. */
    double meanWeightBits();

    /** As {@link #parse} reads it. */
    String spec();

    /** What the cost is counted in, in words. */
    default String unit() {
        return CostModel.BIT_OPERATIONS;
    }

    /**
     * As many bit operations as if every weight had {@code weights} bits and every activation {@code activations}; and in the
     * mean over layers, weights no wider than {@code weights}.
     */
    record UniformBits(double weights, double activations) implements Budget {
        @Override
        public double limit(CostModel cost) {
            return cost.uniformCost(weights, activations);
        }

        @Override
        public double meanWeightBits() {
            return weights;
        }

        @Override
        public String spec() {
            return "bits:" + weights + "x" + activations;
        }
    }

    /** A number of bit operations. */
    record BitOperations(double count) implements Budget {
        @Override
        public double limit(CostModel cost) {
            return reachable(spec(), count, cost);
        }

        @Override
        public double meanWeightBits() {
            return MAX_BITS;
        }

        @Override
        public String spec() {
            return "bitops:" + count;
        }
    }

    /**
     * What hardware for the network may take.
     *
     * @param spec the whole text
     * @param kind what is counted
     * @param most of it
     * @param terms for what hardware, as the text has it
     */
    record Hardware(String spec, Kind kind, double most, String terms) implements Budget {
        /** What hardware is paid in. */
        public enum Kind {
            /** Steps of a shared engine's array. */
            CYCLES("array steps"),
            /** Logic cells of the units of a dataflow accelerator. */
            CELLS("logic cells"),
            /** Energy of those units. */
            NANOJOULES("nanojoules");

            private final String unit;

            Kind(String unit) {
                this.unit = unit;
            }

            private static String names() {
                return Arrays.stream(values())
                        .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining("|"));
            }
        }

        @Override
        public double limit(CostModel cost) {
            return reachable(spec, most, cost);
        }

        @Override
        public String unit() {
            return kind.unit;
        }

        @Override
        public double meanWeightBits() {
            return MAX_BITS;
        }
    }

    private static double reachable(String spec, double most, CostModel cost) {
        double least = cost.leastCost();
        if (most < least) {
            throw new InvalidInputException(
                    "--budget %s is out of reach: with 1 bit everywhere the network costs %.0f %s; give at least that."
                            .formatted(spec, least, cost.unit()));
        }
        return most;
    }

    /** Nothing is shared: only the caps of the layers bound the widths, as in the paper. */
    record CapsOnly() implements Budget {
        @Override
        public double limit(CostModel cost) {
            return cost.uniformCost(MAX_BITS, MAX_BITS);
        }

        @Override
        public double meanWeightBits() {
            return MAX_BITS;
        }

        @Override
        public String spec() {
            return "caps";
        }
    }

    /**
     * Reads {@code bits:WxA}, {@code bitops:N}, {@code caps}, or what hardware may take: {@code cycles:N,LANESlanes},
     * {@code cells:N,FPGA,FPSfps} or {@code nanojoules:N,FPGA,FPSfps}.
     *
     * @throws InvalidInputException if the text is neither, or a number is out of range
     */
    static Budget parse(String text) {
        Matcher bits = Pattern.compile("bits:([0-9.]+)x([0-9.]+)").matcher(text);
        if (bits.matches()) {
            return new UniformBits(width(text, bits.group(1)), width(text, bits.group(2)));
        }
        if (text.equals("caps")) {
            return new CapsOnly();
        }
        if (text.startsWith("bitops:")) {
            double count = number(text, text.substring("bitops:".length()));
            if (count > 0 && count < 1e18) {
                return new BitOperations(count);
            }
        }
        Matcher hardware =
                Pattern.compile("(" + Hardware.Kind.names() + "):([^,]+),(.+)").matcher(text);
        if (hardware.matches()) {
            double most = number(text, hardware.group(2));
            if (most > 0 && most < 1e18) {
                return new Hardware(
                        text,
                        Hardware.Kind.valueOf(hardware.group(1).toUpperCase(Locale.ROOT)),
                        most,
                        hardware.group(3));
            }
        }
        throw new InvalidInputException(
                "--budget \"%s\" is not understood: expected bits:WxA (mean weight and activation bits, such as bits:3x2.5), bitops:N (bit operations for one image), caps (nothing shared, only the widest widths), cycles:N,LANESlanes, cells:N,FPGA,RATEfps or nanojoules:N,FPGA,RATEfps (what hardware may take)."
                        .formatted(text));
    }

    private static double width(String text, String number) {
        double width = number(text, number);
        if (width >= 1 && width <= MAX_BITS) {
            return width;
        }
        throw new InvalidInputException(
                "--budget \"%s\": widths must be 1 to 16 bits, not %s.".formatted(text, number));
    }

    private static double number(String text, String number) {
        try {
            return Double.parseDouble(number);
        } catch (NumberFormatException e) {
            throw new InvalidInputException("--budget \"%s\": %s is not a number.".formatted(text, number), e);
        }
    }
}
