package narrowband.hdl.verilog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.hdl.Design;
import narrowband.hdl.Memory;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.tool.OutsideProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What memories become in the three FPGA families that Yosys knows best: block RAM, LUT RAM, in the numbers that the families' data sheets give. */
class MemoryInferenceTest {
    private static final OutsideProgram YOSYS = new OutsideProgram("yosys");
    private static final Pattern MODULE = Pattern.compile("=== (\\S+) ===");
    private static final Pattern CELLS = Pattern.compile("\\s+(\\S+)\\s+(\\d+)");

    @TempDir
    Path folder;

    private enum Use {
        ROM,
        ROM_WITH_ENABLE,
        ASYNCHRONOUS_ROM,
        RAM,
        RAM_WITH_ENABLE,
        INITIALISED_RAM,
        ASYNCHRONOUS_RAM;

        boolean isRom() {
            return this == ROM || this == ROM_WITH_ENABLE || this == ASYNCHRONOUS_ROM;
        }
    }

    /** How many words of how many bits a block holds: an iCE40 has blocks of 4 kbit, an ECP5 and an Artix-7 of 18 kbit. */
    private enum Family {
        ICE40("synth_ice40 -noflatten", "SB_RAM40_4K", "", 256, 16, 512, 8, 1024, 4, 2048, 2),
        ECP5("synth_ecp5 -noflatten", "DP16KD|PDPW16KD", "TRELLIS_DPR16X4", 512, 36, 1024, 18, 2048, 9, 4096, 4),
        XILINX("synth_xilinx -family xc7", "RAMB18E1|RAMB36E1", "RAM\\d+(M|X1D)", 512, 36, 1024, 18, 2048, 9, 4096, 4);

        final String command;
        final String block;
        final String distributed;
        final int[] shapes;

        Family(String command, String block, String distributed, int... shapes) {
            this.command = command;
            this.block = block;
            this.distributed = distributed;
            this.shapes = shapes;
        }

        int blocks(int width, int depth) {
            int fewest = Integer.MAX_VALUE;
            for (int i = 0; i < shapes.length; i += 2) {
                fewest = Math.min(fewest, Math.ceilDiv(depth, shapes[i]) * Math.ceilDiv(width, shapes[i + 1]));
            }
            return fewest;
        }

        /** A DPR16X4 holds 16 words of 4 bits, a RAM32M 32 of 6, a RAM64M 64 of 3. */
        int distributedCells(int width, int depth) {
            return switch (this) {
                case ICE40 -> 0;
                case ECP5 -> Math.ceilDiv(depth, 16) * Math.ceilDiv(width, 4);
                case XILINX -> depth <= 32 ? Math.ceilDiv(width, 6) : Math.ceilDiv(depth, 64) * Math.ceilDiv(width, 3);
            };
        }
    }

    /** A memory behind ports. */
    private static final class Store extends Module {
        final Use use;
        final Style style;
        final int width;
        final int depth;
        final UInt readAddress;
        final UInt word;
        final List<UInt> others = new ArrayList<>();

        Store(Use use, Style style, int width, int depth) {
            this.use = use;
            this.style = style;
            this.width = width;
            this.depth = depth;
            Random random = new Random(width * 31L + depth);
            List<BigInteger> contents = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                contents.add(new BigInteger(width, random));
            }
            Memory memory = use.isRom()
                    ? rom(width, contents, style).named("words")
                    : use == Use.INITIALISED_RAM
                            ? ram(width, contents, style).named("words")
                            : ram(width, depth, style).named("words");
            readAddress = input(memory.addressWidth());
            word = output(width);
            if (memory instanceof Ram ram) {
                ram.write(
                        other("where", memory.addressWidth()),
                        other("data", width),
                        other("write", 1).bit(0));
            }
            word.set(
                    switch (use) {
                        case ASYNCHRONOUS_RAM, ASYNCHRONOUS_ROM -> memory.read(readAddress);
                        case ROM_WITH_ENABLE, RAM_WITH_ENABLE ->
                            memory.readSync(readAddress, other("enable", 1).bit(0));
                        default -> memory.readSync(readAddress);
                    });
        }

        private UInt other(String name, int width) {
            UInt input = input(width).named(name);
            others.add(input);
            return input;
        }

        @Override
        public String kind() {
            return "%s_%s_%dx%d".formatted(use, style, width, depth).toLowerCase(Locale.ROOT);
        }
    }

    /** All stores side by side. */
    private static final class Shelf extends Module {
        final UInt bits = input(64);
        final List<Store> stores = new ArrayList<>();

        Shelf(Family family) {
            add(Use.ROM, Style.BLOCK, 36, 1024);
            add(Use.RAM_WITH_ENABLE, Style.BLOCK, 36, 1024);
            for (Use use : Use.values()) {
                if (use != Use.ASYNCHRONOUS_RAM && use != Use.ASYNCHRONOUS_ROM) {
                    add(use, Style.BLOCK, 8, 512);
                    add(use, Style.BLOCK, 16, 64);
                }
                if (use.isRom() || family != Family.ICE40) {
                    add(use, Style.DISTRIBUTED, 8, 32);
                    add(use, Style.DISTRIBUTED, 16, 64);
                }
            }
        }

        private void add(Use use, Style style, int width, int depth) {
            Store store = instance(new Store(use, style, width, depth));
            store.readAddress.set(bits.trunc(store.readAddress.width()));
            store.others.forEach(input -> input.set(bits.trunc(input.width())));
            output(width).named(store.kind() + "_word").set(store.word);
            stores.add(store);
        }
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void memoriesBecomeTheBlocksThatTheirSizeNeeds(Family family) throws Exception {
        assumeTrue(YOSYS.available(), "yosys is not installed: counts of memory cells are left out");
        Shelf shelf = new Shelf(family);
        VerilogFiles files = VerilogEmitter.emit(Design.of(shelf));
        files.writeTo(folder);
        Path log = folder.resolve("synthesis.log");
        String script = "read_verilog " + String.join(" ", files.sources()) + "; " + family.command + " -top "
                + files.top() + "; tee -o cells.txt stat";
        YOSYS.succeed(folder, log, List.of("-q", "-p", script));
        Map<String, Map<String, Integer>> cells = cells(Files.readAllLines(folder.resolve("cells.txt")));
        for (Store store : shelf.stores) {
            Map<String, Integer> found = cells.get(store.kind());
            boolean block = store.style == Style.BLOCK;
            assertThat(count(found, family.block))
                    .as("block RAMs of %s on %s: %s", store.kind(), family, found)
                    .isEqualTo(block ? family.blocks(store.width, store.depth) : 0);
            assertThat(count(found, family.distributed))
                    .as("LUT RAMs of %s on %s: %s", store.kind(), family, found)
                    .isEqualTo(block || store.use.isRom() ? 0 : family.distributedCells(store.width, store.depth));
        }
    }

    /** A block that is written and read every cycle, at any addresses. */
    private static final class Busy extends Module {
        final UInt writeAddress = input(8);
        final UInt readAddress = input(8);
        final UInt data = input(16);
        final UInt word = output(16);

        Busy(boolean collisionsMatter, boolean startMatters) {
            Ram words = ram(16, 256, Style.BLOCK).named("words");
            if (!collisionsMatter) {
                words.ignoringCollisions();
            }
            if (!startMatters) {
                words.ignoringStart();
            }
            words.write(writeAddress, data);
            word.set(words.readSync(readAddress));
        }
    }

    @Test
    void anIce40BlockHasACopyOfWhatIsWrittenOnlyWhereCollisionsMatter() throws Exception {
        assumeTrue(YOSYS.available(), "yosys is not installed: counts of memory cells are left out");
        // The copy has the 16 bits of a word. A bit alone may say that nothing has been read yet, since words start as
        // 0.
        assertThat(count(cellsOf(new Busy(false, true)), "SB_DFF.*")).isLessThanOrEqualTo(1);
        assertThat(count(cellsOf(new Busy(true, true)), "SB_DFF.*")).isGreaterThanOrEqualTo(16);
    }

    @Test
    void anIce40BlockIsAllThereIsWhereNeitherCollisionsNorTheStartMatter() throws Exception {
        assumeTrue(YOSYS.available(), "yosys is not installed: counts of memory cells are left out");
        Map<String, Integer> cells = cellsOf(new Busy(false, false));
        assertThat(count(cells, "SB_RAM40_4K")).as(cells.toString()).isOne();
        assertThat(count(cells, "SB_LUT4")).as(cells.toString()).isZero();
        assertThat(count(cells, "SB_DFF.*")).as(cells.toString()).isZero();
        // Where the start matters, each bit of a word has a table behind it.
        assertThat(count(cellsOf(new Busy(false, true)), "SB_LUT4")).isGreaterThanOrEqualTo(16);
    }

    private Map<String, Integer> cellsOf(Busy module) throws Exception {
        VerilogFiles files = VerilogEmitter.emit(Design.of(module));
        files.writeTo(folder);
        String script = "read_verilog busy.v; synth_ice40 -top busy; tee -o busy.txt stat";
        YOSYS.succeed(folder, folder.resolve("busy.log"), List.of("-q", "-p", script));
        return cells(Files.readAllLines(folder.resolve("busy.txt"))).get("busy");
    }

    /** Cells by module and type; a block of twice the size counts as two. */
    private static Map<String, Map<String, Integer>> cells(List<String> statistics) {
        Map<String, Map<String, Integer>> cells = new TreeMap<>();
        Map<String, Integer> current = new TreeMap<>();
        for (String line : statistics) {
            Matcher module = MODULE.matcher(line);
            Matcher cell = CELLS.matcher(line);
            if (module.find()) {
                current = new TreeMap<>();
                cells.put(module.group(1), current);
            } else if (cell.matches()) {
                current.put(cell.group(1), Integer.parseInt(cell.group(2)));
            }
        }
        return cells;
    }

    private static int count(Map<String, Integer> cells, String type) {
        return cells.entrySet().stream()
                .filter(cell -> cell.getKey().matches(type))
                .mapToInt(cell -> cell.getValue() * (cell.getKey().equals("RAMB36E1") ? 2 : 1))
                .sum();
    }
}
