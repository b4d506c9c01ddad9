import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.SInt;
import narrowband.hdl.Stage;
import narrowband.hdl.Vec;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.simulation.WaveOptions;
import narrowband.hdl.simulation.Waves;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/**
 * A streaming filter with a finite impulse response, in transposed form: each sample is multiplied by all coefficients at once, and the products run through a chain of adders
 * and registers. One sample a cycle; a result leaves in the cycle after its sample, in full precision.
 */
public final class FirFilter extends Stage<SInt, SInt> {
    private final Bool valid = reg(false).comment("sums_0 is a result that has not left");
    private final Vec<SInt> sums;

    /** A filter for samples of {@code bits} bits: result n is the sum over k of coefficients[k] times sample n - k. */
    FirFilter(int bits, int... coefficients) {
        int width = resultBits(bits, coefficients);
        super(SInt.of(bits, 0), SInt.of(width, 0));
        describe("Finite impulse response filter: each result is a weighted sum of the latest samples.");
        parameter("coefficients", IntStream.of(coefficients).boxed().toList());
        sums = reg(Vec.fill(coefficients.length, SInt.of(width, 0)));

        Bool moves = valid.not().or(out.ready).named("moves");
        in.ready.set(moves);
        when(moves, () -> valid.set(in.valid));
        when(in.fire(), () -> {
            SInt later = SInt.of(width, 0);
            for (int k = coefficients.length - 1; k >= 0; k--) {
                SInt sum = in.data.times(SInt.of(coefficients[k])).plus(later);
                sums.get(k).set(sum.trunc(width)); // Nothing is lost: the result's width is that of the largest sum.
                later = sums.get(k);
            }
        });
        out.valid.set(valid);
        out.data.set(sums.get(0));
    }

    /** The bits of the largest sum of samples of {@code bits} bits. */
    private static int resultBits(int bits, int... coefficients) {
        long gain = IntStream.of(coefficients).mapToLong(Math::abs).sum();
        return BigInteger.valueOf(gain).shiftLeft(bits - 1).bitLength() + 1;
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        int[] coefficients = {-1, 4, 11, 4, -1};
        FirFilter filter = new FirFilter(8, coefficients);
        Design design = Design.of(filter);

        Simulator simulator = Simulator.of(design);
        Random random = new Random(1);
        List<Integer> samples = new ArrayList<>();
        int results = 0;
        try (Waves waves = Waves.open(folder.resolve("fir_filter.vcd"), WaveOptions.everything())) {
            simulator.record(waves);
            for (int cycle = 0; cycle < 1000; cycle++) {
                int offer = random.nextInt(2);
                int sample = random.nextInt(256) - 128;
                int take = random.nextInt(2);
                simulator
                        .poke(filter.in.valid, offer)
                        .poke(filter.in.data, sample)
                        .poke(filter.out.ready, take);
                if (take == 1 && simulator.peek(filter.out.valid) == 1) {
                    long expected = weightedSum(coefficients, samples, results++);
                    if (simulator.peek(filter.out.data) != expected) {
                        throw new AssertionError("cycle " + cycle + ": the result is not " + expected);
                    }
                }
                if (offer == 1 && simulator.peek(filter.in.ready) == 1) {
                    samples.add(sample);
                }
                simulator.step();
            }
        }
        System.out.println("simulated 1000 cycles: " + results + " results are as computed in Java");

        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        System.out.println(
                "wrote " + files.files().keySet() + " and fir_filter.vcd; synthesise in " + folder + " with");
        System.out.println(files.yosysCommand("synth_ice40"));
    }

    private static long weightedSum(int[] coefficients, List<Integer> samples, int newest) {
        long sum = 0;
        for (int k = 0; k < coefficients.length && k <= newest; k++) {
            sum += (long) coefficients[k] * samples.get(newest - k);
        }
        return sum;
    }
}
