package narrowband.training.gdnsq;

/**
 * Where the smallest and the largest of some numbers lie, each the first of its kind.
 *
 * @param least place of the smallest
 * @param largest place of the largest
 */
record Extremes(int least, int largest) {
    /** Of {@code numbers[from..to-1]}, at least one. */
    static Extremes of(float[] numbers, int from, int to) {
        int least = from;
        int largest = from;
        for (int i = from; i < to; i++) {
            least = numbers[i] < numbers[least] ? i : least;
            largest = numbers[i] > numbers[largest] ? i : largest;
        }
        return new Extremes(least, largest);
    }
}
