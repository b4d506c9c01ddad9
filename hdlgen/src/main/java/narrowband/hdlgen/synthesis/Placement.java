package narrowband.hdlgen.synthesis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Fpga;
import narrowband.hdl.tool.OutsideProgram;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A design placed and routed once.
 *
 * @param seed of the placer
 * @param megahertz the clock that it reaches, Fmax
 * @param logicCells cells that hold tables and registers, as the device counts them
 * @param logicCellsOfDevice how many the device has
 * @param path the slowest path
 */
public record Placement(
        int seed, double megahertz, long logicCells, long logicCellsOfDevice, Optional<CriticalPath> path) {
    /** Names under which nextpnr counts logic cells, one for each family. */
    private static final List<String> CELLS = List.of("ICESTORM_LC", "TRELLIS_COMB", "SLICE");

    /**
     * Places and routes.
     *
     * @param folder where the program runs
     * @param netlist a path without its ending, relative to the folder; {@code .json} is read
     * @param megahertz the clock to aim for; missing it is no error
     * @throws InvalidInputException if the program fails, with the end of what it said
     */
    static Placement run(OutsideProgram nextpnr, Fpga fpga, Path folder, String netlist, int seed, double megahertz)
            throws IOException, InterruptedException {
        String result = netlist + ".seed" + seed;
        List<String> arguments = new ArrayList<>(Arrays.asList(fpga.target().split(" ")));
        arguments.addAll(List.of("--json", netlist + ".json", "--seed", Integer.toString(seed)));
        arguments.addAll(List.of("--freq", Double.toString(megahertz), "--timing-allow-fail"));
        arguments.addAll(List.of("--report", result + ".report.json"));
        switch (fpga.family()) {
            case ICE40 -> arguments.add("--pcf-allow-unconstrained");
            case ECP5 -> arguments.add("--lpf-allow-unconstrained");
            case GOWIN, SERIES_7, ULTRASCALE_PLUS -> {}
        }
        Path log = folder.resolve(result + ".log");
        if (nextpnr.run(folder, log, arguments) != 0) {
            throw failed(nextpnr, log);
        }
        JsonNode report = new JsonMapper()
                .readTree(folder.resolve(result + ".report.json").toFile());
        double reached = report.path("fmax")
                .valueStream()
                .mapToDouble(clock -> clock.path("achieved").doubleValue())
                .min()
                .orElseThrow(() -> new InvalidInputException(
                        "%s gives no clock for %s; see %s.".formatted(nextpnr.name(), netlist, log)));
        JsonNode cells = CELLS.stream()
                .map(report.path("utilization")::path)
                .filter(found -> !found.isMissingNode())
                .findFirst()
                .orElseThrow();
        return new Placement(
                seed,
                reached,
                cells.path("used").longValue(),
                cells.path("available").longValue(),
                report.path("critical_paths")
                        .valueStream()
                        .filter(path -> path.path("from").asString("").startsWith("posedge")
                                && path.path("to").asString("").startsWith("posedge"))
                        .map(CriticalPath::of)
                        .max(Comparator.comparingDouble(CriticalPath::nanoseconds)));
    }

    /** The complaint about a program that failed: the errors that it named, or the last that it said. */
    static InvalidInputException failed(OutsideProgram program, Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        List<String> errors = lines.stream()
                .filter(line -> line.toLowerCase(java.util.Locale.ROOT).contains("error"))
                .limit(5)
                .toList();
        List<String> said = errors.isEmpty() ? lines.subList(Math.max(0, lines.size() - 5), lines.size()) : errors;
        return new InvalidInputException(
                "%s failed:%n%s".formatted(program.name(), String.join(System.lineSeparator(), said)));
    }
}
