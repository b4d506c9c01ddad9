package narrowband.hdlgen;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.DesignFile;
import narrowband.accel.design.StreamType;
import narrowband.accel.network.IntegerNetwork;
import narrowband.accel.network.NetworkFile;
import narrowband.hdlgen.synthesis.ProjectFiles;
import narrowband.hdlgen.synthesis.YosysCommands;

/**
 * A folder of emitted hardware: Verilog and memory files, the test bench, files for other people's tools, a README, and the
 * network and the design from which all of it can be made again.
 *
 * @param folder where it lies
 * @param images the test bench's images, pixel codes
 */
public record RtlFolder(Path folder, Accelerator accelerator, List<int[]> images) {
    static final String NETWORK = "network.nbn";

    /** The picture of the streams' timing. */
    static final String WAVES = "waves.svg";

    /** The file that every such folder holds. */
    public static final String DESIGN = "design.json";

    /** All files of such a folder by name. */
    public static Map<String, byte[]> files(RtlDesign design, TestBench bench) {
        Accelerator accelerator = design.accelerator();
        ForkJoinTask<Map<String, String>> ofBench = ForkJoinPool.commonPool().submit(bench::files);
        ForkJoinTask<byte[]> ofNetwork =
                ForkJoinPool.commonPool().submit(() -> NetworkFile.bytes(accelerator.network()));
        Map<String, String> texts = new LinkedHashMap<>(design.files());
        texts.put(
                "synthesis.ys",
                YosysCommands.script(accelerator.fpga(), TestBench.design(accelerator), texts.keySet()));
        Map<String, String> benchFiles = ofBench.join();
        texts.putAll(ProjectFiles.of(
                design.core(),
                design.design().top(),
                accelerator.fpga(),
                accelerator.clockMegahertz(),
                design.files().keySet(),
                benchFiles.keySet()));
        texts.putAll(benchFiles);
        texts.put(DESIGN, DesignFile.text(accelerator));
        texts.put(WAVES, WavePicture.svg(bench));
        List<String> others = new ArrayList<>(texts.keySet());
        others.removeAll(design.files().keySet());
        others.add(NETWORK);
        texts.put("README.md", FolderReadme.text(design, bench, others));
        Map<String, byte[]> files = new LinkedHashMap<>();
        texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
        files.put(NETWORK, ofNetwork.join());
        return files;
    }

    /** @throws InvalidInputException if a file that this needs is missing or damaged */
    public static RtlFolder read(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    "%s: there is no such folder; `narrowband export` writes one.".formatted(folder));
        }
        for (String file : List.of(NETWORK, DESIGN, TestBench.IMAGES)) {
            if (!Files.exists(folder.resolve(file))) {
                throw new InvalidInputException(
                        "%s: there is no such file; name a folder that `narrowband export`, or `narrowband flow` as its rtl, wrote."
                                .formatted(folder.resolve(file)));
            }
        }
        IntegerNetwork network = NetworkFile.read(folder.resolve(NETWORK));
        Accelerator accelerator = DesignFile.read(folder.resolve(DESIGN), network);
        return new RtlFolder(folder, accelerator, images(folder.resolve(TestBench.IMAGES), accelerator));
    }

    private static List<int[]> images(Path file, Accelerator accelerator) {
        StreamType type = accelerator.input().type();
        List<BigInteger> words = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                BigInteger word = new BigInteger(line.strip(), 16);
                if (word.signum() < 0 || word.bitLength() > type.bits()) {
                    throw new InvalidInputException(
                            "%s: line %d must be a word of %d bits, not %s; export the design again."
                                    .formatted(file, words.size() + 1, type.bits(), line.strip()));
                }
                words.add(word);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "%s: cannot be read (%s); export the design again."
                            .formatted(file, InvalidInputException.reason(e)),
                    e);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    "%s: line %d must be a hexadecimal word (%s); export the design again."
                            .formatted(file, words.size() + 1, e.getMessage()),
                    e);
        }
        if (words.isEmpty() || words.size() % type.words() != 0) {
            throw new InvalidInputException(
                    "%s: it must hold whole images of %d words, not %d words; export the design again."
                            .formatted(file, type.words(), words.size()));
        }
        List<int[]> images = new ArrayList<>();
        int imageWords = Math.toIntExact(type.words());
        for (int at = 0; at < words.size(); at += imageWords) {
            images.add(Words.unpack(words.subList(at, at + imageWords), type));
        }
        return images;
    }

    /** The Verilog and memory files in the folder that differ from what {@code design} gives, or are missing. */
    public List<String> differingFiles(RtlDesign design) {
        List<String> differing = new ArrayList<>();
        design.files().forEach((name, text) -> {
            try {
                Path file = folder.resolve(name);
                if (!Files.isRegularFile(file) || !Files.readString(file).equals(text)) {
                    differing.add(name);
                }
            } catch (IOException e) {
                differing.add(name);
            }
        });
        return differing;
    }
}
