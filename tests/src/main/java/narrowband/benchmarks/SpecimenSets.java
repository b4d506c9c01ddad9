package narrowband.benchmarks;

import static narrowband.benchmarks.UnitSpecimen.adder;
import static narrowband.benchmarks.UnitSpecimen.argMaximum;
import static narrowband.benchmarks.UnitSpecimen.biasAdder;
import static narrowband.benchmarks.UnitSpecimen.converter;
import static narrowband.benchmarks.UnitSpecimen.depthwise;
import static narrowband.benchmarks.UnitSpecimen.matrixVector;
import static narrowband.benchmarks.UnitSpecimen.packer;
import static narrowband.benchmarks.UnitSpecimen.pooling;
import static narrowband.benchmarks.UnitSpecimen.shortcut;
import static narrowband.benchmarks.UnitSpecimen.thresholds;
import static narrowband.benchmarks.UnitSpecimen.topScores;
import static narrowband.benchmarks.UnitSpecimen.window;

import java.util.List;
import narrowband.accel.design.MatrixVector.Weights;
import narrowband.accel.design.Pooling;
import narrowband.accel.design.Thresholding.Method;

/** The sets of units that are synthesised alone. They are frozen: the estimates' constants are fitted to one, and reported on the others. */
final class SpecimenSets {
    private SpecimenSets() {}

    /** Shapes of which the constants of the estimates are made. */
    static List<UnitSpecimen> fitted() {
        return List.of(
                matrixVector(64, 1024, 2, 2, 4, 256, 1, 1, Weights.STORED),
                matrixVector(64, 576, 2, 3, 4, 64, 1, 1, Weights.STORED),
                matrixVector(16, 144, 3, 4, 2, 36, 1, 1, Weights.STORED),
                matrixVector(64, 288, 4, 2, 8, 32, 1, 2, Weights.STORED),
                matrixVector(32, 288, 4, 4, 4, 32, 4, 1, Weights.STORED),
                matrixVector(64, 256, 2, 2, 8, 16, 2, 2, Weights.STORED),
                matrixVector(4, 120, 4, 3, 4, 120, 4, 1, Weights.FROZEN),
                matrixVector(16, 72, 2, 4, 4, 72, 2, 1, Weights.FROZEN),
                matrixVector(8, 96, 3, 2, 8, 48, 3, 2, Weights.FROZEN),
                depthwise(64, 9, 2, 2, 4),
                depthwise(32, 9, 4, 4, 8),
                shortcut(32, 16, 8, 2, 4),
                shortcut(24, 12, 6, 3, 12),
                topScores(10, 5, 12),
                topScores(100, 2, 16),
                thresholds(Method.SERIAL, 13, 32, 1, 6),
                thresholds(Method.SERIAL, 12, 64, 1, 5),
                thresholds(Method.SERIAL, 15, 24, 1, 7),
                thresholds(Method.SERIAL, 11, 128, 2, 6),
                thresholds(Method.SERIAL, 12, 40, 1, 6),
                thresholds(Method.SERIAL, 14, 20, 1, 7),
                thresholds(Method.MULTIPLY, 12, 8, 1, 5),
                thresholds(Method.MULTIPLY, 12, 24, 3, 6),
                thresholds(Method.MULTIPLY, 10, 4, 4, 7),
                thresholds(Method.MULTIPLY, 12, 12, 1, 7),
                thresholds(Method.MULTIPLY, 12, 2, 2, 6),
                matrixVector(32, 288, 2, 2, 32, 32, 2, 1, Weights.STORED),
                matrixVector(8, 72, 3, 4, 4, 24, 3, 1, Weights.STORED),
                depthwise(16, 9, 3, 2, 16),
                thresholds(Method.PARALLEL, 12, 16, 4, 2),
                thresholds(Method.PARALLEL, 10, 6, 6, 3),
                thresholds(Method.PARALLEL, 9, 24, 4, 3),
                thresholds(Method.PARALLEL, 8, 8, 2, 1),
                thresholds(Method.PARALLEL, 11, 32, 2, 2),
                thresholds(Method.PIPELINED, 12, 8, 8, 4),
                thresholds(Method.PIPELINED, 12, 32, 2, 3),
                thresholds(Method.PIPELINED, 10, 16, 2, 5),
                thresholds(Method.SERIAL, 10, 8, 2, 3),
                thresholds(Method.SERIAL, 11, 16, 2, 4),
                thresholds(Method.SERIAL, 12, 32, 1, 3),
                thresholds(Method.SERIAL, 12, 8, 2, 4),
                thresholds(Method.SERIAL, 11, 8, 2, 2),
                thresholds(Method.SERIAL, 9, 4, 1, 5),
                thresholds(Method.PIPELINED, 13, 16, 4, 4),
                thresholds(Method.PIPELINED, 10, 24, 3, 2),
                thresholds(Method.PIPELINED, 11, 6, 6, 3),
                thresholds(Method.PARALLEL, 10, 8, 4, 2),
                thresholds(Method.PARALLEL, 12, 4, 4, 3),
                thresholds(Method.PARALLEL, 9, 10, 10, 2),
                thresholds(Method.MULTIPLY, 11, 3, 3, 5),
                thresholds(Method.MULTIPLY, 13, 4, 4, 6),
                window(16, 3, 8, 4, 1, 1, 4),
                window(28, 5, 1, 8, 1, 0, 1),
                window(32, 3, 16, 2, 1, 1, 48),
                window(20, 5, 3, 8, 1, 0, 15),
                window(12, 3, 4, 2, 1, 1, 36),
                window(28, 3, 1, 8, 2, 1, 9),
                pooling(Pooling.Operation.MAXIMUM, 16, 4, 4, 4),
                pooling(Pooling.Operation.SUM, 32, 64, 4, 4),
                adder(8, 6, 4),
                converter(16, 4, 3),
                converter(4, 16, 2),
                packer(2, 3, 18, 4),
                biasAdder(32, 4, 12),
                argMaximum(10, 14),
                argMaximum(1000, 20),
                pooling(Pooling.Operation.MAXIMUM, 8, 9, 6, 8),
                packer(1, 8, 50, 8),
                adder(4, 12, 4),
                converter(32, 2, 2));
    }

    /** Shapes that nothing was fitted to. */
    static List<UnitSpecimen> heldOut() {
        return List.of(
                matrixVector(64, 512, 1, 2, 8, 128, 1, 1, Weights.STORED),
                matrixVector(32, 288, 2, 3, 4, 48, 1, 1, Weights.STORED),
                matrixVector(48, 240, 4, 4, 6, 20, 1, 4, Weights.STORED),
                matrixVector(40, 360, 3, 3, 5, 40, 3, 1, Weights.STORED),
                matrixVector(48, 216, 4, 4, 3, 27, 2, 2, Weights.STORED),
                matrixVector(8, 100, 4, 4, 8, 100, 4, 1, Weights.FROZEN),
                matrixVector(12, 50, 3, 3, 4, 50, 3, 1, Weights.FROZEN),
                depthwise(48, 9, 3, 3, 8),
                depthwise(36, 25, 2, 4, 4),
                thresholds(Method.PARALLEL, 11, 12, 6, 2),
                thresholds(Method.PARALLEL, 9, 8, 8, 3),
                thresholds(Method.PIPELINED, 13, 12, 12, 3),
                thresholds(Method.PIPELINED, 11, 24, 3, 4),
                thresholds(Method.SERIAL, 12, 16, 2, 3),
                thresholds(Method.SERIAL, 14, 48, 1, 6),
                thresholds(Method.MULTIPLY, 13, 16, 2, 6),
                thresholds(Method.MULTIPLY, 11, 6, 6, 7),
                window(20, 3, 8, 3, 1, 1, 8),
                window(24, 3, 12, 2, 2, 1, 36),
                window(18, 5, 4, 4, 1, 2, 100),
                window(30, 3, 24, 2, 1, 1, 6),
                shortcut(16, 32, 16, 2, 2),
                shortcut(28, 8, 4, 4, 8),
                topScores(10, 3, 14),
                topScores(1000, 5, 18));
    }

    /** More of them, chosen when the constants were fitted anew, and before any of them was synthesised. */
    static List<UnitSpecimen> fresh() {
        return List.of(
                matrixVector(24, 192, 3, 2, 6, 32, 1, 2, Weights.STORED),
                matrixVector(16, 144, 3, 3, 16, 16, 3, 1, Weights.STORED),
                matrixVector(8, 128, 1, 4, 8, 64, 1, 4, Weights.STORED),
                matrixVector(10, 64, 4, 3, 5, 32, 4, 1, Weights.FROZEN),
                depthwise(24, 9, 2, 3, 6),
                depthwise(20, 25, 3, 2, 20),
                thresholds(Method.PARALLEL, 10, 16, 4, 3),
                thresholds(Method.PARALLEL, 8, 6, 6, 2),
                thresholds(Method.PIPELINED, 12, 16, 4, 5),
                thresholds(Method.SERIAL, 13, 24, 3, 4),
                thresholds(Method.SERIAL, 11, 8, 1, 5),
                thresholds(Method.MULTIPLY, 12, 5, 5, 6),
                thresholds(Method.MULTIPLY, 14, 10, 2, 5),
                window(28, 3, 6, 4, 1, 1, 6),
                window(14, 3, 10, 3, 1, 1, 30),
                window(16, 3, 6, 2, 2, 0, 54),
                shortcut(14, 24, 8, 3, 8),
                topScores(100, 4, 12),
                pooling(Pooling.Operation.MAXIMUM, 24, 9, 3, 6),
                pooling(Pooling.Operation.SUM, 10, 49, 5, 10),
                adder(6, 7, 5),
                converter(24, 6, 4),
                converter(3, 15, 5),
                packer(3, 4, 20, 6),
                biasAdder(20, 5, 16),
                argMaximum(100, 18));
    }
}
