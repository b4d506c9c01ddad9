package narrowband.training.tornado;

import narrowband.training.device.Device;

/** A device that tells where its time goes. */
public interface ProfiledDevice extends Device {
    /** All that it has run so far. */
    Profile profile();

    /**
     * Times in seconds.
     *
     * @param runs task graphs that ran
     * @param tasks kernels that they launched
     * @param all the time of their calls, as the host sees it
     * @param kernels that the device was computing
     * @param transfers that data were on their way
     * @param bytes that went to the device and came from it
     */
    record Profile(long runs, long tasks, double all, double kernels, double transfers, long bytes) {
        /** Nothing yet. */
        public static final Profile NONE = new Profile(0, 0, 0, 0, 0, 0);

        Profile plus(Profile other) {
            return new Profile(
                    runs + other.runs,
                    tasks + other.tasks,
                    all + other.all,
                    kernels + other.kernels,
                    transfers + other.transfers,
                    bytes + other.bytes);
        }

        /** What came after {@code earlier}. */
        public Profile since(Profile earlier) {
            return new Profile(
                    runs - earlier.runs,
                    tasks - earlier.tasks,
                    all - earlier.all,
                    kernels - earlier.kernels,
                    transfers - earlier.transfers,
                    bytes - earlier.bytes);
        }
    }
}
