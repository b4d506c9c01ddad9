package narrowband.training.device;

import java.util.Optional;
import narrowband.training.gdnsq.Objective;
import narrowband.training.net.Graph;
import narrowband.training.net.Parameters;

/** A machine that trains networks. */
public interface Device extends AutoCloseable {
    /** As a person would call it, such as {@code jvm, 2 threads, 16 lanes}. */
    String name();

    /**
     * Makes a network ready to run. A device with memory of its own may then close the session that it opened before.
     *
     * @param parameters read from and written to; up to date whenever no call is in progress, after steps once
     *     {@link Session#synchronise} has been called
     * @param teacher the frozen network whose scores are the target; without it labels are
     * @param batch the most images of one call
     */
    Session open(Graph graph, Parameters parameters, Optional<Teacher> teacher, int batch);

    @Override
    void close();

    /**
     * A frozen network.
     *
     * @param objective what is learned from it
     */
    record Teacher(Graph graph, Parameters parameters, Objective objective) {
        /** A teacher as the method has it. */
        public Teacher(Graph graph, Parameters parameters) {
            this(graph, parameters, Objective.JEFFREYS);
        }
    }
}
