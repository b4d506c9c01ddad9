package narrowband.hdlgen.synthesis;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import narrowband.accel.InvalidInputException;
import narrowband.hdl.tool.OutsideProgram;

/**
 * Where the programs are found: on the search path, or in a folder. The folder may hold the programs themselves, or a
 * {@code bin} folder with them, or packages of another Debian release, unpacked ({@code dpkg-deb -x}). The last find their
 * data only at {@code /usr/share}; they are started in a name space of their own, in which the folder's {@code usr} is that
 * of the machine. That needs no rights but those that Debian gives every user.
 *
 * @param folder none for the search path
 */
public record Toolbox(Optional<Path> folder) {
    private static final Duration LIMIT = Duration.ofHours(4);

    /** The programs on the search path. */
    public static Toolbox onPath() {
        return new Toolbox(Optional.empty());
    }

    /** @throws InvalidInputException if there is no such folder */
    public static Toolbox under(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException("--tools %s: there is no such folder.".formatted(folder));
        }
        return new Toolbox(Optional.of(folder.toAbsolutePath().normalize()));
    }

    /** The program, if it is there. */
    public Optional<OutsideProgram> find(Tool tool) {
        if (folder.isEmpty()) {
            return Optional.of(new OutsideProgram(tool.program(), LIMIT)).filter(OutsideProgram::available);
        }
        for (Path candidate : List.of(
                folder.get().resolve(tool.program()),
                folder.get().resolve("bin").resolve(tool.program()))) {
            if (Files.isExecutable(candidate)) {
                return Optional.of(new OutsideProgram(candidate.toString(), LIMIT));
            }
        }
        Path unpacked = Path.of("usr", "bin", tool.program());
        if (Files.isExecutable(folder.get().resolve(unpacked))) {
            return Optional.of(new OutsideProgram(
                    "/" + unpacked,
                    LIMIT,
                    List.of(
                            "sh",
                            "-c",
                            Template.named("unpacked_root.sh").text(),
                            "narrowband",
                            folder.get().toString())));
        }
        return Optional.empty();
    }

    /**
     * The folder {@code share} that belongs to Yosys.
     *
     * @throws InvalidInputException if Yosys is not there
     */
    Path share() {
        OutsideProgram yosys = require(Tool.YOSYS);
        if (!yosys.launcher().isEmpty()) {
            return folder.orElseThrow().resolve("usr").resolve("share");
        }
        Path program = yosys.name().contains("/") ? Path.of(yosys.name()) : onSearchPath(yosys.name());
        return program.resolveSibling("..").resolve("share").normalize();
    }

    private static Path onSearchPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow();
    }

    /** @throws InvalidInputException if it is not there, with the way to get it */
    public OutsideProgram require(Tool tool) {
        return find(tool)
                .orElseThrow(() -> new InvalidInputException("%s is not %s; %s."
                        .formatted(
                                tool.program(),
                                folder.map(path -> "in " + path + ", its bin or its usr/bin")
                                        .orElse("installed"),
                                tool.advice())));
    }
}
