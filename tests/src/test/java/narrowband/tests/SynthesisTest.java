package narrowband.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import narrowband.accel.network.NetworkFile;
import narrowband.accel.network.RandomNetworks;
import narrowband.hdl.tool.OutsideProgram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;

/** What an emitted folder gives to other people's tools, and what those say of it. Without a tool a test is left out. */
class SynthesisTest {
    private static final String TOP = "random_accelerator";
    private static final int BAD_INPUT = 2;

    @TempDir
    static Path folder;

    private static Path network;

    /** For the iCE40HX8K; tests that change it work on a folder of their own. */
    private static Path rtl;

    @BeforeAll
    static void exportADesign() throws IOException {
        network = folder.resolve("network.nbn");
        NetworkFile.write(RandomNetworks.network(1), network);
        rtl = exported("ice40hx8k");
    }

    private static Path exported(String fpga) {
        Path out = folder.resolve(fpga);
        CommandLineRun run = CommandLineRun.of(
                "export", network.toString(), "--fpga", fpga, "--fps", "50", "--images", "2", "--out", out.toString());
        assertThat(run.code()).as(run.err()).isZero();
        return out;
    }

    /** A port in Verilog or IP-XACT. */
    private record Port(String name, String direction, int width) {}

    @Test
    void ipXactHasThePortsOfTheVerilogAndAllItsBuses() throws Exception {
        List<Port> expected = portsOfVerilog(rtl, "random_axi");
        Document component = xml(rtl.resolve("component.xml"));
        List<Port> ports = new ArrayList<>();
        for (Element port : elements(component, "port")) {
            ports.add(new Port(
                    text(port, "name"),
                    text(port, "direction"),
                    Integer.parseInt(text(port, "left")) + 1 - Integer.parseInt(text(port, "right"))));
        }
        assertThat(ports).containsExactlyInAnyOrderElementsOf(expected);

        List<String> names = expected.stream().map(Port::name).toList();
        for (Element map : elements(component, "physicalPort")) {
            assertThat(names).contains(text(map, "name"));
        }
        List<Element> interfaces = elements(component, "busInterface");
        assertThat(interfaces).extracting(bus -> text(bus, "name")).containsExactly("s_axis", "m_axis", "s_axi");
        assertThat(interfaces.getFirst().getElementsByTagName("ipxact:slave").getLength())
                .isEqualTo(1);
        assertThat(interfaces.get(1).getElementsByTagName("ipxact:master").getLength())
                .isEqualTo(1);
        // Each port but clock and reset is a signal of exactly one bus; every bus has the clock.
        assertThat(elements(component, "physicalPort")).hasSize(expected.size() - 2 + interfaces.size());
    }

    @Test
    void ipXactHasTheElementsOfTheSchemaInItsOrder() throws Exception {
        Element component = xml(rtl.resolve("component.xml")).getDocumentElement();
        assertThat(component.getNamespaceURI()).isEqualTo("http://www.accellera.org/XMLSchema/IPXACT/1685-2014");
        assertThat(children(component))
                .containsExactly(
                        "vendor", "library", "name", "version", "busInterfaces", "model", "fileSets", "description");
        Element model = (Element) component.getElementsByTagName("ipxact:model").item(0);
        assertThat(children(model)).containsExactly("views", "instantiations", "ports");
        Element bus =
                (Element) component.getElementsByTagName("ipxact:busInterface").item(0);
        assertThat(children(bus)).containsExactly("name", "busType", "abstractionTypes", "slave");
    }

    @Test
    void everyFileThatIsNamedIsThere() throws Exception {
        TreeSet<String> named = new TreeSet<>();
        for (Element file : elements(xml(rtl.resolve("component.xml")), "file")) {
            named.add(text(file, "name"));
        }
        matches("^      - ([^\\s:\\[]+)", rtl.resolve(TOP + ".core")).forEach(named::add);
        matches("VERILOG_FILE (\\S+)", rtl.resolve("quartus.qsf")).forEach(named::add);
        matches("\\| `([^`*]+\\.[a-z]+)` \\|", rtl.resolve("README.md")).forEach(named::add);
        assertThat(named).contains(TOP + ".v", TOP + "_tb.v", "tb_image.mem", "design.json", "synthesis.ys");
        assertThat(named).allSatisfy(name -> assertThat(rtl.resolve(name)).isRegularFile());
        assertThat(Files.readString(rtl.resolve(TOP + ".core"))).startsWith("CAPI=2:\n");
    }

    @ParameterizedTest
    @CsvSource({
        "ice40hx8k, pins.pcf, 'set_io (\\S+) ', 'set_frequency clk 48'",
        "ecp5-25k, pins.lpf, 'LOCATE COMP \"(\\S+)\" ', 'FREQUENCY PORT \"clk\" 60 MHZ;'",
        "gw2a-18, pins.cst, 'IO_LOC \"(\\S+)\" ', '// '",
    })
    void constraintsNameTheClockAndEveryPin(String fpga, String file, String pin, String clock) throws IOException {
        Path folder = fpga.equals("ice40hx8k") ? rtl : exported(fpga);
        Path constraints = folder.resolve(file);
        List<String> bits = new ArrayList<>();
        for (Port port : portsOfVerilog(folder, TOP)) {
            for (int bit = 0; bit < port.width(); bit++) {
                bits.add(port.width() == 1 ? port.name() : port.name() + "[" + bit + "]");
            }
        }
        assertThat(matches(pin, constraints)).containsExactlyInAnyOrderElementsOf(bits);
        assertThat(constraints).content().contains(clock);
    }

    @Test
    void vivadoGetsEverySourceAndTheClock() throws IOException {
        Path artix = exported("xc7a35t");
        String script = Files.readString(artix.resolve("vivado.tcl"));
        String sources =
                matches("read_verilog (.*)", artix.resolve("synthesis.ys")).getFirst();
        assertThat(script)
                .contains("read_verilog { %s }".formatted(sources))
                .contains("synth_design -top %s -part xc7a35tcpg236-1".formatted(TOP))
                .contains("route_design", "report_timing_summary", "report_utilization");
        assertThat(artix.resolve("clock.xdc")).content().contains("create_clock -name clk -period 10.000");
        assertThat(artix.resolve("timing.sdc")).content().contains("create_clock -name clk -period 10.000");
    }

    @Test
    void theCommandsOfTheReadmeRun() throws Exception {
        for (String tool : List.of("iverilog", "vvp", "verilator", "yosys", "nextpnr-ice40")) {
            assumeInstalled(tool);
        }
        Path copy = copied("readme");
        String readme = Files.readString(copy.resolve("README.md"));
        List<String> blocks = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL)
                .matcher(readme)
                .results()
                .map(block -> block.group(1))
                .toList();
        assertThat(blocks).hasSize(4);
        StringBuilder said = new StringBuilder();
        for (String block : blocks) {
            Path log = folder.resolve("readme.log");
            new OutsideProgram("sh").succeed(copy, log, List.of("-e", "-c", block));
            said.append(Files.readString(log));
        }
        assertThat(said).containsPattern("narrowband: words (\\d+) of \\1 wrong 0 late 0 unlike 0 of");
        assertThat(copy.resolve(TOP + ".asc")).isNotEmptyFile();
    }

    @Test
    void theWavesAreThoseOfTheRun() throws Exception {
        Document svg = xml(rtl.resolve("waves.svg"));
        List<String> texts = new ArrayList<>();
        NodeList nodes = svg.getElementsByTagName("text");
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        String firstPixel = Files.readAllLines(rtl.resolve("tb_image.mem")).getFirst();
        String firstResult = Files.readAllLines(rtl.resolve("tb_cycles.mem")).getFirst();
        assertThat(texts).contains("s_axis_tvalid", "m_axis_tlast", "0", "1");
        assertThat(texts).contains(Long.toString(Long.parseLong(firstResult, 16)));
        assertThat(texts.stream().map(text -> text.replace("…", "").toLowerCase(java.util.Locale.ROOT)))
                .anySatisfy(text -> assertThat(firstPixel).endsWith(text));
        assertThat(Files.readString(rtl.resolve("waves.svg"))).contains("prefers-color-scheme: dark");
    }

    @Test
    void synthesisCountsCellsAndFindsTheClockAndTheNetlistGivesTheSame() throws IOException {
        assumeInstalled("yosys");
        assumeInstalled("nextpnr-ice40");
        Path copy = copied("synthesised");
        CommandLineRun run = CommandLineRun.of("synth", copy.toString(), "--seeds", "2", "--units", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("yosys", "nextpnr-ice40, seed 2");
        JsonNode report = run.json();
        assertThat(report.at("/design").asString()).isEqualTo(TOP);
        assertThat(report.at("/cells/luts").longValue()).isPositive();
        assertThat(report.at("/cells/flipFlops").longValue()).isPositive();
        assertThat(report.at("/placements").size()).isEqualTo(2);
        JsonNode placement = report.at("/placements/1");
        assertThat(placement.at("/seed").intValue()).isEqualTo(2);
        assertThat(placement.at("/megahertz").doubleValue()).isBetween(20.0, 400.0);
        assertThat(placement.at("/logicCellsOfDevice").longValue()).isEqualTo(7_680);
        assertThat(placement.at("/path/units").size()).isPositive();
        // The slowest path and the clock are one statement made twice.
        assertThat(placement.at("/path/nanoseconds").doubleValue()
                        * placement.at("/megahertz").doubleValue())
                .isBetween(990.0, 1010.0);
        long luts = 0;
        for (JsonNode unit : report.at("/units")) {
            luts += unit.at("/cells/luts").longValue();
            assertThat(unit.at("/megahertz").doubleValue()).isPositive();
        }
        assertThat(luts / (double) report.at("/cells/luts").longValue()).isBetween(0.8, 1.3);
        assertThat(copy.resolve("synthesis/synthesis.json")).content().isEqualToIgnoringWhitespace(run.out());
        assertThat(copy.resolve("synthesis.part")).doesNotExist();

        assumeTrue(new OutsideProgram("verilator").available() || new OutsideProgram("iverilog").available());
        CommandLineRun verified = CommandLineRun.of("verify", copy.toString(), "--with", "netlist", "--json");
        assertThat(verified.code()).as(verified.err() + verified.out()).isZero();
        assertThat(verified.json().at("/passed").booleanValue()).isTrue();
        assertThat(verified.json().at("/verification/cyclesRtl").longValue())
                .isEqualTo(verified.json().at("/verification/cyclesSimulated").longValue());
    }

    @Test
    void whatFailsLeavesEarlierOutputAlone() throws IOException {
        assumeInstalled("yosys");
        Path copy = copied("broken");
        Files.createDirectory(copy.resolve("synthesis"));
        Files.writeString(copy.resolve("synthesis/synthesis.json"), "earlier");
        Files.writeString(copy.resolve(TOP + ".v"), "this is no Verilog", StandardOpenOption.APPEND);
        CommandLineRun run = CommandLineRun.of("synth", copy.toString());
        assertThat(run.code()).isEqualTo(BAD_INPUT);
        assertThat(run.err()).contains("yosys failed", TOP + ".v").doesNotContain("\tat ");
        assertThat(copy.resolve("synthesis/synthesis.json")).hasContent("earlier");
        assertThat(copy.resolve("synthesis.part")).doesNotExist();
    }

    @Test
    void whatIsMissingIsSaidWithTheWayToGetIt() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        CommandLineRun run = CommandLineRun.of("synth", rtl.toString(), "--tools", empty.toString());
        assertThat(run.code()).isEqualTo(BAD_INPUT);
        assertThat(run.err())
                .contains("yosys is not in", "apt-get install yosys", "--tools")
                .doesNotContain("\tat ");
        assertThat(rtl.resolve("synthesis")).doesNotExist();
        assertThat(rtl.resolve("synthesis.part")).doesNotExist();
    }

    @Test
    void aNetlistThatIsNotThereIsNamed() {
        CommandLineRun run = CommandLineRun.of("verify", rtl.toString(), "--with", "netlist");
        assertThat(run.code()).isEqualTo(BAD_INPUT);
        assertThat(run.err()).contains("there is no netlist", "narrowband synth");
    }

    @Test
    void aDesignIsNotPutOnADeviceThatCannotHoldItsMemories() {
        CommandLineRun run = CommandLineRun.of("synth", exported("gw1n-9").toString(), "--fpga", "ice40hx8k");
        assertThat(run.code()).isEqualTo(BAD_INPUT);
        assertThat(run.err()).contains("small memories", "Export it with --fpga ice40hx8k");
    }

    private static void assumeInstalled(String program) {
        assumeTrue(new OutsideProgram(program).available(), program + " is not installed: left out");
    }

    private static Path copied(String name) throws IOException {
        Path copy = Files.createDirectory(folder.resolve(name));
        try (Stream<Path> files = Files.list(rtl)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static List<Port> portsOfVerilog(Path folder, String module) throws IOException {
        return Pattern.compile("^    (input|output) (?:wire|reg) (?:\\[(\\d+):0\\] )?(\\w+)", Pattern.MULTILINE)
                .matcher(Files.readString(folder.resolve(module + ".v")))
                .results()
                .map(port -> new Port(
                        port.group(3),
                        port.group(1).replace("put", ""),
                        port.group(2) == null ? 1 : Integer.parseInt(port.group(2)) + 1))
                .toList();
    }

    private static List<String> matches(String pattern, Path file) throws IOException {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static Document xml(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(file.toFile());
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName("ipxact:" + name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static String text(Element element, String name) {
        return element.getElementsByTagName("ipxact:" + name).item(0).getTextContent();
    }

    private static List<String> children(Element element) {
        List<String> names = new ArrayList<>();
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element) {
                names.add(child.getLocalName());
            }
        }
        return names;
    }
}
