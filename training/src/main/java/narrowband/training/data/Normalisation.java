package narrowband.training.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import narrowband.accel.InvalidInputException;

/**
 * How pixels are brought to a common scale before the first layer: {@code (p / 255 - mean) / deviation} in each channel.
 *
 * @param mean of each channel, as a part of 255
 * @param deviation of each channel, likewise
 */
public record Normalisation(List<Double> mean, List<Double> deviation) {
    /** What {@link #parse} reads as none. */
    public static final String NONE = "none";

    private static final Normalisation IMAGENET =
            new Normalisation(List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

    public Normalisation {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
    }

    /**
     * Reads {@code none}, {@code imagenet} (the constants of ImageNet, which many checkpoints for other images use as
     * well), or a mean and a deviation for each channel: {@code 0.49,0.48,0.45/0.25,0.24,0.26}.
     *
     * @throws InvalidInputException if the text is none of these
     */
    public static Optional<Normalisation> parse(String text) {
        if (text.equals(NONE)) {
            return Optional.empty();
        }
        if (text.equals("imagenet")) {
            return Optional.of(IMAGENET);
        }
        String[] parts = text.split("/", -1);
        if (parts.length == 2) {
            List<Double> mean = numbers(parts[0]);
            List<Double> deviation = numbers(parts[1]);
            if (!mean.isEmpty()
                    && mean.size() == deviation.size()
                    && mean.stream().allMatch(m -> m >= 0 && m <= 1)
                    && deviation.stream().allMatch(d -> d > 0 && d <= 1)) {
                return Optional.of(new Normalisation(mean, deviation));
            }
        }
        throw new InvalidInputException(
                "--normalise \"%s\" is not understood: expected none, imagenet, or means and deviations as parts of the whitest pixel, such as 0.49,0.48,0.45/0.25,0.24,0.26."
                        .formatted(text));
    }

    private static List<Double> numbers(String text) {
        List<Double> numbers = new ArrayList<>();
        for (String number : text.split(",", -1)) {
            try {
                numbers.add(Double.parseDouble(number));
            } catch (NumberFormatException e) {
                return List.of();
            }
        }
        return numbers;
    }
}
