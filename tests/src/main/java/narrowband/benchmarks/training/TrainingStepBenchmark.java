package narrowband.benchmarks.training;

import java.util.concurrent.TimeUnit;
import narrowband.training.device.Batch;
import narrowband.training.device.JvmDevice;
import narrowband.training.device.Session;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Images a second of a GDNSQ step, here and in libtorch, each in processes of its own. That both compute the same is what
 * {@link TrainingPeer} compares.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(2)
@Warmup(iterations = 2, time = 10)
@Measurement(iterations = 5, time = 10)
public class TrainingStepBenchmark {
    private static final int IMAGES = 128;
    private static final int THREADS = 2;
    private static final float BITS = 4;

    /** Our side. */
    @State(Scope.Benchmark)
    public static class Own {
        @Param("resnet20")
        String model;

        private final Batch images = TrainingSubject.noise(IMAGES, 1);
        private TrainingSubject subject;
        private JvmDevice device;
        private Session session;
        private long steps;

        @Setup
        public void open() {
            subject = TrainingSubject.of(model, BITS);
            device = new JvmDevice(THREADS);
            session = subject.open(device, IMAGES);
        }

        @TearDown
        public void close() {
            session.close();
            device.close();
        }

        double step() {
            return session.step(images, subject.plan(steps++)).loss();
        }
    }

    /** libtorch's side. */
    @State(Scope.Benchmark)
    public static class Peer {
        @Param("resnet20")
        String model;

        private final Batch images = TrainingSubject.noise(IMAGES, 1);
        private TorchStep step;

        @Setup
        public void open() {
            step = new TorchStep(TrainingSubject.of(model, BITS), THREADS);
        }

        @TearDown
        public void close() {
            step.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(IMAGES)
    public double narrowband(Own own) {
        return own.step();
    }

    @Benchmark
    @OperationsPerInvocation(IMAGES)
    public double libtorch(Peer peer) {
        return peer.step.step(peer.images);
    }
}
