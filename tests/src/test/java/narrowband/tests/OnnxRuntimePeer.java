package narrowband.tests;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import narrowband.accel.network.Shape;

/** Microsoft's ONNX Runtime: what a file computes by the reading of others. */
final class OnnxRuntimePeer {
    private OnnxRuntimePeer() {}

    /**
     * The class scores {@code [images * classes]}.
     *
     * @param pixels codes of whole images, {@code [rows][columns][channels]} each
     * @param batch images at once
     * @param bytes whether the file takes the codes as they are; else as {@code p / 256}
     * @param channelsLast whether it takes channels behind rows and columns
     */
    static float[] scores(ModelProto model, Shape image, byte[] pixels, int batch, boolean bytes, boolean channelsLast)
            throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model.toByteArray(), options)) {
                int images = pixels.length / image.size();
                float[] scores = new float[0];
                for (int from = 0; from < images; from += batch) {
                    byte[] turned = new byte[batch * image.size()];
                    for (int i = 0; i < batch; i++) {
                        turn(image, pixels, (from + i) * image.size(), turned, i * image.size(), channelsLast);
                    }
                    try (OnnxTensor input = input(environment, image, turned, batch, bytes, channelsLast);
                            OrtSession.Result result = session.run(Map.of(OnnxWriter.IMAGE, input))) {
                        FloatBuffer some = ((OnnxTensor) result.get(0)).getFloatBuffer();
                        if (scores.length == 0) {
                            scores = new float[images * some.remaining() / batch];
                        }
                        some.get(scores, from * some.remaining() / batch, some.remaining());
                    }
                }
                return scores;
            }
        }
    }

    private static OnnxTensor input(
            OrtEnvironment environment, Shape image, byte[] turned, int batch, boolean bytes, boolean channelsLast)
            throws OrtException {
        long[] shape = channelsLast
                ? new long[] {batch, image.height(), image.width(), image.channels()}
                : new long[] {batch, image.channels(), image.height(), image.width()};
        if (bytes) {
            ByteBuffer codes =
                    ByteBuffer.allocateDirect(turned.length).put(turned).flip();
            return OnnxTensor.createTensor(environment, codes, shape, OnnxJavaType.UINT8);
        }
        FloatBuffer values = FloatBuffer.allocate(turned.length);
        for (byte code : turned) {
            values.put((code & 0xff) / 256f);
        }
        return OnnxTensor.createTensor(environment, values.flip(), shape);
    }

    private static void turn(Shape image, byte[] pixels, int from, byte[] turned, int to, boolean channelsLast) {
        for (int i = 0; i < image.size(); i++) {
            int channel = i % image.channels();
            int position = i / image.channels();
            turned[to + (channelsLast ? i : channel * image.positions() + position)] = pixels[from + i];
        }
    }
}
