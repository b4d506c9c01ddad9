package narrowband.hdl.verilog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An emitted design.
 *
 * @param top the name of the outermost module
 * @param files contents by file name: one {@code .v} per kind of module and one {@code .mem} per initialised memory
 */
public record VerilogFiles(String top, Map<String, String> files) {
    /** The Verilog files, those of inner modules before those that use them. */
    public List<String> sources() {
        return files.keySet().stream().filter(name -> name.endsWith(".v")).toList();
    }

    /**
     * The command line that synthesises the files with Yosys, to be run where they lie, and reports the cells that come out.
     *
     * @param flow a synthesis command of Yosys for a family of FPGAs: {@code synth_ice40}, {@code synth_ecp5}, {@code synth_xilinx}
     */
    public String yosysCommand(String flow) {
        return "yosys -p 'read_verilog " + String.join(" ", sources()) + "; " + flow + " -top " + top + "; stat'";
    }

    /** The text of one file. */
    public String text(String name) {
        return files.get(name);
    }

    /** Writes all files into {@code folder}, which is created where it does not exist. */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
        }
    }
}
