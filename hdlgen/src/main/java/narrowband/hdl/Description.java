package narrowband.hdl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import narrowband.hdl.ir.Check;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.ExternalModule;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.ir.MemoryWrite;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SourceLine;
import narrowband.hdl.ir.SynchronousRead;

/** What a module's constructor has described so far; read by {@link Elaboration}. */
final class Description {
    final List<Net> nets = new ArrayList<>();
    final List<SynchronousRead> reads = new ArrayList<>();
    final List<MemoryBlock> memories = new ArrayList<>();
    final Map<MemoryBlock, MemoryWrite> writes = new IdentityHashMap<>();
    final List<Module> instances = new ArrayList<>();
    final Map<String, String> parameters = new LinkedHashMap<>();
    final Map<Object, String> names = new LinkedHashMap<>();
    final Map<Node, String> comments = new IdentityHashMap<>();
    final Map<Net, Net> unset = new IdentityHashMap<>();
    /** Where instances were made and parts were named. */
    final Map<Object, SourceLine> sources = new IdentityHashMap<>();

    final SourceLine source = Caller.find();
    /** The module's clocks, the main clock first. */
    final List<Clock> clocks = new ArrayList<>(List.of(new Clock(source)));
    /** For each clock of an instance, this module's clock that drives it. */
    final Map<Clock, Clock> connections = new IdentityHashMap<>();

    /** Inputs that nothing needs to read. */
    final Set<Node> spare = Collections.newSetFromMap(new IdentityHashMap<>());

    final List<Check> checks = new ArrayList<>();
    Optional<ExternalModule> blackBox = Optional.empty();
    boolean resetsDemanded;
    String text = "";
}
