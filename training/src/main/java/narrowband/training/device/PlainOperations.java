package narrowband.training.device;

import java.util.Arrays;
import narrowband.accel.network.Shape;
import narrowband.training.kernels.PoolShape;
import narrowband.training.net.Node;

/** The layers without parameters. */
final class PlainOperations {
    private PlainOperations() {}

    /** ReLU. */
    record Rectify(Tensors tensors, Node.Relu layer) implements Operation {
        @Override
        public void forward(Program.Builder program) {
            program.onChunk(chunk -> tensors.kernels.rectify(
                    tensors.value(layer.input()),
                    tensors.offset(chunk, layer.name()),
                    tensors.count(chunk, layer.name()),
                    tensors.value(layer.name())));
        }

        @Override
        public void backward(Program.Builder program) {
            float[] out = tensors.gradientFor(layer, layer.input());
            program.onChunk(chunk -> tensors.kernels.rectifyGradient(
                    tensors.value(layer.input()),
                    tensors.gradient(layer.name()),
                    tensors.offset(chunk, layer.name()),
                    tensors.count(chunk, layer.name()),
                    out));
        }
    }

    /** Maximum pooling. */
    record MaxPool(Tensors tensors, Node.MaxPool layer, PoolShape pool) implements Operation {
        MaxPool(Tensors tensors, Node.MaxPool layer) {
            this(tensors, layer, shape(tensors.shape(layer.input()), layer));
        }

        private static PoolShape shape(Shape in, Node.MaxPool layer) {
            return new PoolShape(in.height(), in.width(), in.channels(), layer.size(), layer.stride(), layer.padding());
        }

        @Override
        public void forward(Program.Builder program) {
            program.onChunk(chunk -> {
                for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
                    tensors.kernels.maxPool(
                            tensors.value(layer.input()),
                            n * tensors.shape(layer.input()).size(),
                            pool,
                            tensors.value(layer.name()),
                            n * tensors.shape(layer.name()).size());
                }
            });
        }

        @Override
        public void backward(Program.Builder program) {
            float[] out = tensors.gradientFor(layer, layer.input());
            program.onChunk(chunk -> {
                for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
                    tensors.kernels.maxPoolGradient(
                            tensors.value(layer.input()),
                            n * tensors.shape(layer.input()).size(),
                            pool,
                            tensors.value(layer.name()),
                            tensors.gradient(layer.name()),
                            n * tensors.shape(layer.name()).size(),
                            out);
                }
            });
        }
    }

    /** The mean over positions. */
    record AveragePool(Tensors tensors, Node.GlobalAveragePool layer) implements Operation {
        @Override
        public void forward(Program.Builder program) {
            Shape in = tensors.shape(layer.input());
            float[] x = tensors.value(layer.input());
            float[] out = tensors.value(layer.name());
            program.onChunk(chunk -> {
                for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
                    for (int c = 0; c < in.channels(); c++) {
                        float sum = 0;
                        for (int p = 0; p < in.positions(); p++) {
                            sum += x[n * in.size() + p * in.channels() + c];
                        }
                        out[n * in.channels() + c] = sum / in.positions();
                    }
                }
            });
        }

        @Override
        public void backward(Program.Builder program) {
            Shape in = tensors.shape(layer.input());
            float[] g = tensors.gradient(layer.name());
            float[] out = tensors.gradientFor(layer, layer.input());
            program.onChunk(chunk -> {
                for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
                    for (int p = 0; p < in.positions(); p++) {
                        for (int c = 0; c < in.channels(); c++) {
                            out[n * in.size() + p * in.channels() + c] = g[n * in.channels() + c] / in.positions();
                        }
                    }
                }
            });
        }
    }

    /** A residual connection. */
    record Add(Tensors tensors, Node.Add layer) implements Operation {
        @Override
        public void forward(Program.Builder program) {
            program.onChunk(chunk -> tensors.kernels.add(
                    tensors.value(layer.left()),
                    tensors.value(layer.right()),
                    tensors.offset(chunk, layer.name()),
                    tensors.count(chunk, layer.name()),
                    tensors.value(layer.name())));
        }

        /** The sum's gradient is also that of both inputs: {@link Tensors} gives them the same memory. */
        @Override
        public void backward(Program.Builder program) {}
    }

    /** The image with its channels brought to a common scale; nothing is learned before it. */
    record Normalise(Tensors tensors, Node.Normalise layer, float[] factor, float[] constant) implements Operation {
        Normalise(Tensors tensors, Node.Normalise layer) {
            this(
                    tensors,
                    layer,
                    new float[layer.mean().size()],
                    new float[layer.mean().size()]);
            for (int c = 0; c < factor.length; c++) {
                factor[c] = layer.factor(c);
                constant[c] = layer.constant(c);
            }
        }

        @Override
        public void forward(Program.Builder program) {
            program.onChunk(chunk -> tensors.kernels.scaleShift(
                    tensors.value(layer.input()),
                    tensors.offset(chunk, layer.name()),
                    tensors.pixels(chunk, layer.name()),
                    factor.length,
                    factor,
                    constant,
                    tensors.value(layer.name())));
        }

        @Override
        public void backward(Program.Builder program) {}
    }

    /** Fewer pixels, more channels. */
    record IdentityShortcut(Tensors tensors, Node.IdentityShortcut layer) implements Operation {
        @Override
        public void forward(Program.Builder program) {
            program.onChunk(chunk -> {
                float[] in = tensors.value(layer.input());
                float[] out = tensors.value(layer.name());
                Arrays.fill(
                        out,
                        tensors.offset(chunk, layer.name()),
                        tensors.offset(chunk, layer.name()) + tensors.count(chunk, layer.name()),
                        0);
                forEachPixel(chunk, (from, to, channels) -> System.arraycopy(in, from, out, to, channels));
            });
        }

        @Override
        public void backward(Program.Builder program) {
            float[] g = tensors.gradient(layer.name());
            float[] out = tensors.gradientFor(layer, layer.input());
            program.onChunk(chunk -> {
                Arrays.fill(
                        out,
                        tensors.offset(chunk, layer.input()),
                        tensors.offset(chunk, layer.input()) + tensors.count(chunk, layer.input()),
                        0);
                forEachPixel(chunk, (from, to, channels) -> System.arraycopy(g, to, out, from, channels));
            });
        }

        /** What to do with the channels of a pixel: at {@code from} in the input, at {@code to} in the output. */
        private interface PixelTask {
            void accept(int from, int to, int channels);
        }

        private void forEachPixel(int chunk, PixelTask task) {
            Shape in = tensors.shape(layer.input());
            Shape out = tensors.shape(layer.name());
            for (int n = tensors.firstImage(chunk); n < tensors.endImage(chunk); n++) {
                for (int y = 0; y < out.height(); y++) {
                    for (int x = 0; x < out.width(); x++) {
                        int from = n * in.size() + (y * in.width() + x) * layer.stride() * in.channels();
                        int to = n * out.size() + (y * out.width() + x) * out.channels() + layer.before();
                        task.accept(from, to, in.channels());
                    }
                }
            }
        }
    }

    /** The image, whose pixels come from outside, and layers that the next one does as well. */
    record Nothing() implements Operation {
        @Override
        public void forward(Program.Builder program) {}

        @Override
        public void backward(Program.Builder program) {}
    }
}
