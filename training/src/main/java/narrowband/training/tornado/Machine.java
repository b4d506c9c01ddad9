package narrowband.training.tornado;

import java.util.List;

/** What runs programs over the buffers of a session. */
interface Machine extends AutoCloseable {
    /** What a session does, as tasks in their order. */
    enum Program {
        FORWARD,
        BACKWARD,
        EVALUATE
    }

    /** Makes programs ready. */
    interface Maker {
        /**
         * A machine for one session.
         *
         * @param programs the tasks of each {@link Program}, in its order
         */
        Machine make(Buffers buffers, List<List<Task>> programs);
    }

    /** Brings the state to the device. */
    void upload();

    /** Brings the state back. */
    void download();

    /** Brings the memory back. */
    void downloadMemory();

    /** Runs a program: sends what it takes in, and brings what it gives out. */
    void run(Program program);

    @Override
    void close();
}
