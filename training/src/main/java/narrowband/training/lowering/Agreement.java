package narrowband.training.lowering;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.ReferenceExecutor;
import narrowband.training.data.Images;

/**
 * Whether the integer network computes what was trained, code by code.
 *
 * @param images how many were compared
 * @param layers of the integer network, all compared
 * @param codes compared altogether
 * @param mismatches codes that differ
 * @param firstMismatch where and how, for the first image with one
 * @param correct images that the integer network classifies correctly
 */
public record Agreement(
        int images, int layers, long codes, long mismatches, Optional<String> firstMismatch, int correct) {

    /** 0..1, of the integer network. */
    public double accuracy() {
        return (double) correct / images;
    }

    /** One image's part. */
    private record Comparison(long codes, long mismatches, Optional<String> first, boolean correct) {}

    /**
     * Compares every code of every layer for every image, on all processors.
     *
     * @param done hears how many images are done, from any thread
     */
    public static Agreement of(FrozenNetwork trained, IntegerNetwork integer, Images images, IntConsumer done) {
        IntegerDomainEvaluator evaluator = new IntegerDomainEvaluator(trained);
        ReferenceExecutor reference = new ReferenceExecutor(integer);
        AtomicInteger finished = new AtomicInteger();
        List<Comparison> comparisons = IntStream.range(0, images.size())
                .parallel()
                .mapToObj(i -> {
                    int[] image = images.image(i);
                    Comparison comparison = compare(i, evaluator.run(image), reference.run(image), images.label(i));
                    done.accept(finished.incrementAndGet());
                    return comparison;
                })
                .toList();
        return new Agreement(
                images.size(),
                integer.layers().size(),
                comparisons.stream().mapToLong(Comparison::codes).sum(),
                comparisons.stream().mapToLong(Comparison::mismatches).sum(),
                comparisons.stream().flatMap(c -> c.first.stream()).findFirst(),
                (int) comparisons.stream().filter(Comparison::correct).count());
    }

    private static Comparison compare(int image, Map<String, int[]> trained, Map<String, int[]> integer, int label) {
        long codes = 0;
        long mismatches = 0;
        Optional<String> first = Optional.empty();
        for (Map.Entry<String, int[]> entry : integer.entrySet()) {
            int[] is = entry.getValue();
            int[] expected = trained.get(entry.getKey());
            if (expected == null || expected.length != is.length) {
                throw new IllegalStateException("layer " + entry.getKey() + " has no counterpart in training");
            }
            for (int i = 0; i < is.length; i++) {
                codes++;
                if (is[i] != expected[i]) {
                    mismatches++;
                    if (first.isEmpty()) {
                        first = Optional.of("image %d, layer %s, code %d: %d as trained, %d in the integer network"
                                .formatted(image, entry.getKey(), i, expected[i], is[i]));
                    }
                }
            }
        }
        return new Comparison(codes, mismatches, first, integer.get(Lowering.LABEL)[0] == label);
    }
}
