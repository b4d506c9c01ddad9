package narrowband.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A logarithmic axis, in pixels of a picture.
 *
 * @param least above 0
 * @param from the pixel of the least value
 * @param to the pixel of the greatest
 */
record LogAxis(double least, double most, double from, double to) {
    /** Decades beyond which only powers of ten are named. */
    private static final double MANY_DECADES = 2.5;

    /** An axis that holds these values, all above 0, and a margin. */
    static LogAxis of(DoubleStream values, double margin, double from, double to) {
        var summary = values.summaryStatistics();
        return new LogAxis(summary.getMin() / margin, summary.getMax() * margin, from, to);
    }

    double place(double value) {
        return from + (to - from) * Math.log(value / least) / Math.log(most / least);
    }

    /** Powers of ten; over few decades 2 and 5 times them too; over less than half of one, steps as on a plain axis. */
    List<Double> ticks() {
        double decades = Math.log10(most / least);
        List<Double> ticks = new ArrayList<>();
        if (decades < 0.5) {
            double step = round((most - least) / 4);
            for (double tick = Math.ceil(least / step) * step; tick <= most; tick += step) {
                ticks.add(tick);
            }
            return ticks;
        }
        for (int exponent = (int) Math.floor(Math.log10(least)); exponent <= Math.log10(most); exponent++) {
            for (int digit : decades < MANY_DECADES ? new int[] {1, 2, 5} : new int[] {1}) {
                double tick = digit * Math.pow(10, exponent);
                if (tick >= least && tick <= most) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** The largest of 1, 2 and 5 times powers of ten that is not above a number. */
    static double round(double number) {
        double power = Math.pow(10, Math.floor(Math.log10(number)));
        double digits = number / power;
        return power * (digits >= 5 ? 5 : digits >= 2 ? 2 : 1);
    }

    /** A place as it is written into a picture. */
    static String pixel(double place) {
        long tenths = Math.round(10 * place);
        return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
    }
}
