package narrowband.training.gdnsq;

import java.util.Arrays;

/**
 * The price of a layer for two widths that may lie between whole bits: bilinear between the table's prices, and beyond
 * them as steep as at their end. No price falls as a width grows: where a wider layer is the cheaper one, it carries the narrower codes as well.
 */
final class PriceTable {
    private final double[][] prices;

    private PriceTable(double[][] prices) {
        this.prices = prices;
    }

    /** @param prices for 1 bit and more of both, {@code [first - 1][second - 1]}; at least one of each */
    static PriceTable of(double[][] prices) {
        double[][] least = Arrays.stream(prices).map(double[]::clone).toArray(double[][]::new);
        for (int i = least.length - 1; i >= 0; i--) {
            for (int j = least[i].length - 1; j >= 0; j--) {
                least[i][j] = Math.min(
                        least[i][j],
                        Math.min(
                                i + 1 < least.length ? least[i + 1][j] : Double.POSITIVE_INFINITY,
                                j + 1 < least[i].length ? least[i][j + 1] : Double.POSITIVE_INFINITY));
            }
        }
        return new PriceTable(least);
    }

    /** The table of a price that depends on one width, the second. */
    static PriceTable ofOne(double[] prices) {
        return of(new double[][] {prices});
    }

    double at(double first, double second) {
        double beyondFirst = Math.max(0, first - rows());
        double beyondSecond = Math.max(0, second - columns());
        return within(Math.min(first, rows()), Math.min(second, columns()))
                + beyondFirst * steepnessOfFirst(rows(), columns())
                + beyondSecond * steepnessOfSecond(rows(), columns());
    }

    /** The change of the price with the first width. */
    double slopeOfFirst(double first, double second) {
        return first > rows()
                ? steepnessOfFirst(rows(), columns())
                : steepnessOfFirst(first, Math.min(second, columns()));
    }

    /** The change of the price with the second width. */
    double slopeOfSecond(double first, double second) {
        return second > columns()
                ? steepnessOfSecond(rows(), columns())
                : steepnessOfSecond(Math.min(first, rows()), second);
    }

    private int rows() {
        return prices.length;
    }

    private int columns() {
        return prices[0].length;
    }

    private double within(double first, double second) {
        int i = cell(first, rows());
        double low = along(prices[i], second);
        return rows() == 1 ? low : low + (first - 1 - i) * (along(prices[i + 1], second) - low);
    }

    private double steepnessOfFirst(double first, double second) {
        int i = cell(first, rows());
        return rows() == 1 ? 0 : along(prices[i + 1], second) - along(prices[i], second);
    }

    private double steepnessOfSecond(double first, double second) {
        int j = cell(second, columns());
        if (columns() == 1) {
            return 0;
        }
        int i = cell(first, rows());
        double low = prices[i][j + 1] - prices[i][j];
        return rows() == 1 ? low : low + (first - 1 - i) * (prices[i + 1][j + 1] - prices[i + 1][j] - low);
    }

    private static double along(double[] row, double bits) {
        int j = cell(bits, row.length);
        return row.length == 1 ? row[0] : row[j] + (bits - 1 - j) * (row[j + 1] - row[j]);
    }

    /** The cell of the table that a width lies in; at a whole width, that below it. */
    private static int cell(double bits, int count) {
        return Math.clamp((long) Math.ceil(bits) - 2, 0, Math.max(0, count - 2));
    }
}
