package narrowband.sim.report;

import java.time.Instant;

/**
 * Where a report comes from.
 *
 * @param title the run's name, as a heading
 * @param network the integer network's name
 * @param data the data that it was trained on, in words; empty if not known
 * @param seed of everything random in the run
 * @param command the command line that gives the report again
 * @param version of Narrowband
 * @param written when the report was made
 */
public record Provenance(
        String title, String network, String data, long seed, String command, String version, Instant written) {}
