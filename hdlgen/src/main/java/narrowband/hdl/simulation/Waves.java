package narrowband.hdl.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;

/**
 * Waves of a run, as a value change dump (IEEE 1364) that any viewer reads: the design's hierarchy as scopes, the clocks and resets, and of each signal its changes only.
 * Values are those at the end of a cycle, when its inputs have their last values; they stand at the cycle's start.
 *
 * <pre>{@code
 * try (Waves waves = Waves.open(Path.of("run.vcd"), WaveOptions.everything().within("queue").cycles(1000, 2000))) {
 *     simulator.record(waves).step(1_000_000);
 * }
 * }</pre>
 */
public final class Waves implements AutoCloseable {
    private static final int BUFFER = 1 << 16;
    private static final int FIRST_CODE = '!';
    private static final int CODES = '~' - '!' + 1;

    private final Writer file;
    private final WaveOptions options;
    private final StringBuilder text = new StringBuilder();
    private final List<Track> tracks = new ArrayList<>();
    private final List<String> clocks = new ArrayList<>();
    private final List<String> resets = new ArrayList<>();
    private Simulator simulator;
    private long lastCycle = -1;
    private long lastTime = -1;
    private long pendingEdges;
    private long shownResets;
    private long high;
    private int codes;
    private boolean closed;

    /** A signal's past. */
    private static final class Track {
        final Node node;
        final String code;
        final long[] shown;
        boolean known;

        Track(Node node, String code) {
            this.node = node;
            this.code = code;
            shown = new long[Words.count(node.width())];
        }
    }

    /** A scope: a module instance. */
    private static final class Scope {
        final Map<String, Scope> inner = new LinkedHashMap<>();
        final List<String> variables = new ArrayList<>();
    }

    private Waves(Writer file, WaveOptions options) {
        this.file = file;
        this.options = options;
    }

    /**
     * Waves into {@code path}, which is replaced.
     *
     * @throws IOException where the file cannot be written
     */
    public static Waves open(Path path, WaveOptions options) throws IOException {
        return new Waves(Files.newBufferedWriter(path, StandardCharsets.US_ASCII), options);
    }

    /**
     * Writes the header.
     *
     * @throws IllegalStateException where these waves are already of a simulator
     */
    void begin(Simulator from) {
        if (simulator != null) {
            throw new IllegalStateException("waves of one simulator into the file of another");
        }
        simulator = from;
        FlatNetlist netlist = from.netlist();
        Scope top = new Scope();
        netlist.clockNames().forEach((clock, name) -> {
            clocks.add(variable(top, "wire", 1, netlist.clockName(clock)));
            boolean resettable = netlist.registers().stream()
                    .anyMatch(register -> register.resettable() && netlist.clock(register) == clock);
            resets.add(resettable ? variable(top, "wire", 1, name.isEmpty() ? "rst" : name + "_rst") : "");
        });
        Map<Node, Track> byNode = new IdentityHashMap<>();
        netlist.byName().forEach((name, node) -> {
            if (options.signals().test(name)) {
                signal(top, name, node, byNode);
            }
        });
        text.append("$version narrowband.hdl $end\n$timescale ")
                .append(options.timescale())
                .append(" $end\n");
        declare(options.scope(), top);
        text.append("$enddefinitions $end\n");
        flush();
    }

    private void signal(Scope top, String name, Node node, Map<Node, Track> byNode) {
        Track track = byNode.get(node);
        if (track == null) {
            track = new Track(node, code());
            byNode.put(node, track);
            tracks.add(track);
        }
        Scope scope = top;
        String[] path = name.split("\\.");
        for (int i = 0; i + 1 < path.length; i++) {
            scope = scope.inner.computeIfAbsent(path[i], instance -> new Scope());
        }
        boolean register = node instanceof Net net && net.kind() == Net.Kind.REGISTER;
        declare(scope, register ? "reg" : "wire", node.width(), track.code, path[path.length - 1]);
    }

    private String variable(Scope scope, String type, int width, String name) {
        String code = code();
        declare(scope, type, width, code, name);
        return code;
    }

    private static void declare(Scope scope, String type, int width, String code, String name) {
        String range = width == 1 ? "" : " [" + (width - 1) + ":0]";
        scope.variables.add("$var " + type + " " + width + " " + code + " " + name + range + " $end\n");
    }

    private void declare(String name, Scope scope) {
        text.append("$scope module ").append(name).append(" $end\n");
        scope.variables.forEach(text::append);
        scope.inner.forEach(this::declare);
        text.append("$upscope $end\n");
    }

    private String code() {
        StringBuilder code = new StringBuilder();
        for (int rest = codes++; ; rest = rest / CODES - 1) {
            code.append((char) (FIRST_CODE + rest % CODES));
            if (rest < CODES) {
                return code.toString();
            }
        }
    }

    /**
     * Writes what has changed, before the next edge.
     *
     * @param edges the clocks that have an edge next
     * @return how many cycles may pass until the next call, at least 1
     */
    long sample(long edges) {
        long cycle = simulator.cycle();
        if (closed || cycle > options.lastCycle()) {
            return Long.MAX_VALUE;
        }
        if (cycle < options.firstCycle()) {
            return options.firstCycle() - cycle;
        }
        write(cycle);
        pendingEdges = edges;
        return 1;
    }

    private void write(long cycle) {
        if (cycle != lastCycle) {
            fall();
        }
        long start = Math.multiplyExact(cycle, options.period());
        long risen = cycle == lastCycle + 1 && lastCycle >= 0 ? pendingEdges : 0;
        boolean first = lastCycle < 0;
        for (int i = 0; i < clocks.size(); i++) {
            if (first || (risen >> i & 1) != 0) {
                bit(start, first ? 0 : 1, clocks.get(i));
            }
        }
        long active = simulator.resets();
        for (int i = 0; i < resets.size(); i++) {
            if (!resets.get(i).isEmpty() && (first || ((active ^ shownResets) >> i & 1) != 0)) {
                bit(start, active >> i & 1, resets.get(i));
            }
        }
        shownResets = active;
        for (Track track : tracks) {
            signal(start, track);
        }
        high |= risen;
        lastCycle = cycle;
        pendingEdges = 0;
        if (text.length() > BUFFER) {
            flush();
        }
    }

    /** The clocks that rose at the start of the last cycle fall in its middle. */
    private void fall() {
        for (int i = 0; i < clocks.size(); i++) {
            if ((high >> i & 1) != 0) {
                bit(lastCycle * options.period() + options.period() / 2, 0, clocks.get(i));
            }
        }
        high = 0;
    }

    private void signal(long time, Track track) {
        boolean changed = !track.known;
        long[] now = new long[track.shown.length];
        simulator.copy(track.node, now, 0);
        for (int i = 0; i < now.length; i++) {
            changed |= now[i] != track.shown[i];
            track.shown[i] = now[i];
        }
        if (!changed) {
            return;
        }
        track.known = true;
        if (track.node.width() == 1) {
            bit(time, now[0], track.code);
            return;
        }
        at(time);
        text.append('b');
        int top = now.length - 1;
        while (top > 0 && now[top] == 0) {
            top--;
        }
        text.append(Long.toBinaryString(now[top]));
        for (int i = top - 1; i >= 0; i--) {
            String digits = Long.toBinaryString(now[i]);
            text.append("0".repeat(Long.SIZE - digits.length())).append(digits);
        }
        text.append(' ').append(track.code).append('\n');
    }

    private void bit(long time, long value, String code) {
        at(time);
        text.append(value).append(code).append('\n');
    }

    private void at(long time) {
        if (time > lastTime) {
            text.append('#').append(time).append('\n');
            lastTime = time;
        }
    }

    private void flush() {
        try {
            file.append(text);
            text.setLength(0);
        } catch (IOException e) {
            throw new UncheckedIOException("waves cannot be written", e);
        }
    }

    /** Writes the present cycle and the end of its time, and closes the file. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        if (simulator != null) {
            long cycle = simulator.cycle();
            if (cycle >= options.firstCycle() && cycle <= options.lastCycle()) {
                write(cycle);
            }
            fall();
            at((Math.min(cycle, options.lastCycle()) + 1) * options.period());
            flush();
        }
        closed = true;
        file.close();
    }
}
