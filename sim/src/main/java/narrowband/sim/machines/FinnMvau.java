package narrowband.sim.machines;

import java.util.Map;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.sim.machines.LayerTable.Row;

/**
 * The matrix-vector-activation units of FINN (Umuroglu et al., "FINN: A Framework for Fast, Scalable Binarized Neural Network
 * Inference", FPGA 2017): one for each layer, operands bit-parallel, so that widths cost area and not time.
 *
 * <p>{@code cycles = (MH / PE) * (MW / SIMD) * vectors}, {@code MH} being the outputs, {@code MW} the products of one, and
 * {@code vectors} the positions. FINN's own tests hold this against RTL simulation within 10 to 15 cycles.
 *
 * @param targetCycles what a layer without a folding of its own is folded for
 * @param foldings by the layer's name
 */
public record FinnMvau(
        String name, String title, double clockMegahertz, long targetCycles, Map<String, Folding> foldings)
        implements Machine {
    /** The interval of the published CNV design at 100 MHz, for other networks found by FINN's own rule. */
    static final FinnMvau PUBLISHED = folded(32_768, Map.of());

    /** The widest stream of weights into a processing element for which FINN makes a layer wider, bits. */
    private static final int WIDEST = 36;

    public FinnMvau {
        foldings = Map.copyOf(foldings);
    }

    /** Units at 100 MHz with foldings given. */
    static FinnMvau folded(long targetCycles, Map<String, Folding> foldings) {
        return new FinnMvau("finn", "FINN's matrix-vector units, one for each layer", 100, targetCycles, foldings);
    }

    /**
     * @param pe outputs at a time; divides MH
     * @param simd products of each at a time; divides MW
     */
    public record Folding(int pe, int simd) {}

    @Override
    public String source() {
        return "Umuroglu et al., FPGA 2017; foldings of Xilinx/finn-examples, or by FINN's SetFolding for %,d cycles"
                .formatted(targetCycles);
    }

    @Override
    public int engines(int layers) {
        return layers;
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public Cycles ofOneGroup(Row row) {
        Folding folding = Optional.ofNullable(foldings.get(row.name())).orElseGet(() -> search(row));
        if (row.outputChannels() % folding.pe() != 0 || row.products() % folding.simd() != 0) {
            throw new InvalidInputException("Layer %s: PE %d and SIMD %d do not divide %d outputs of %d products."
                    .formatted(row.name(), folding.pe(), folding.simd(), row.outputChannels(), row.products()));
        }
        return new Cycles(cycles(row, folding), 0, 1);
    }

    private static long cycles(Row row, Folding folding) {
        return row.outputChannels() / folding.pe() * (row.products() / folding.simd()) * row.positions();
    }

    /** FINN's SetFolding: SIMD grows until the target is met or the weights of an element get too wide, then PE does. */
    private Folding search(Row row) {
        int simd = 1;
        for (int divisor = 1; divisor <= row.products(); divisor++) {
            if (row.products() % divisor == 0) {
                boolean meets = cycles(row, new Folding(1, divisor)) < targetCycles;
                if (meets || divisor * row.weightBits() <= WIDEST) {
                    simd = divisor;
                }
                if (meets || divisor * row.weightBits() > WIDEST) {
                    break;
                }
            }
        }
        int pe = 1;
        for (int divisor = 1; divisor <= row.outputChannels(); divisor++) {
            if (row.outputChannels() % divisor == 0) {
                pe = divisor;
                if (cycles(row, new Folding(pe, simd)) < targetCycles) {
                    break;
                }
            }
        }
        return new Folding(pe, simd);
    }
}
