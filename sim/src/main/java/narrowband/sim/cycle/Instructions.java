package narrowband.sim.cycle;

import java.util.Arrays;
import java.util.List;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.Process;
import narrowband.accel.design.SharedEngine;
import narrowband.accel.design.Unit;
import narrowband.sim.cycle.Link.Actor;

/** For whom the instructions of a process are: those of a shared engine for the layers of its passes, all others for one layer. */
record Instructions(Unit unit, Process process, Routine routine) {
    /** By instruction; of a pass, its first layer. */
    Actor[] actors() {
        Actor[] actors = new Actor[routine.length()];
        Arrays.fill(actors, new Actor(unit.layer(), unit.name(), process.name()));
        List<EnginePass> passes = passes();
        for (int i = 0; i < passes.size(); i++) {
            Actor actor = new Actor(passes.get(i).layers().getFirst(), unit.name(), process.name());
            Arrays.fill(actors, routine.parts[i], routine.parts[i + 1], actor);
        }
        return actors;
    }

    /** Those that take no time where a layer's work takes none; null where there are none. */
    boolean[] freeFor(Relief.Work work) {
        boolean[] instructions = new boolean[routine.length()];
        if (unit instanceof SharedEngine) {
            List<EnginePass> passes = passes();
            for (int i = 0; i < passes.size() && !process.name().equals(SharedEngine.LOAD); i++) {
                if (passes.get(i).layers().contains(work.layer())) {
                    Arrays.fill(instructions, routine.parts[i], routine.parts[i + 1], true);
                }
            }
            return instructions;
        }
        Arrays.fill(instructions, true);
        return unit.layer().equals(work.layer()) ? instructions : null;
    }

    /** The passes that the parts of a shared engine's program are for; none of another unit's. */
    private List<EnginePass> passes() {
        if (!(unit instanceof SharedEngine engine)) {
            return List.of();
        }
        return process.name().equals(SharedEngine.LOAD)
                ? engine.passes().stream().filter(EnginePass::loads).toList()
                : engine.passes();
    }
}
