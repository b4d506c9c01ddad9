package narrowband.hdl.verilog;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.Instance;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.Operation;

/**
 * Finds sums, differences and products that are the low bits of wider ones which the module computes anyway: those are read from the wider one rather than computed again. A
 * truncated sum is built as a narrow sum of its own because nobody may want the wide one; here it is known.
 */
final class SharedArithmetic {
    private static final int MOST_ATTEMPTS = 20;

    private final ModuleNetlist module;
    private final Layout layout;
    private final List<Place> all;
    private final List<Place> shared = new ArrayList<>();
    /** For each output of an instance, that instance. */
    private final Map<Node, Instance> instances = new IdentityHashMap<>();

    private SharedArithmetic(ModuleNetlist module, Layout layout, List<Place> all) {
        this.module = module;
        this.layout = layout;
        this.all = all;
    }

    /**
     * Says of each place in {@code all}, which are those that the module needs, whether it is read from a wider one; returns whether any is. No sharing closes a combinational
     * loop, not even one of words whose bits form none.
     */
    static boolean find(ModuleNetlist module, Layout layout, List<Place> all) {
        SharedArithmetic arithmetic = new SharedArithmetic(module, layout, all);
        arithmetic.find();
        return !arithmetic.shared.isEmpty();
    }

    private void find() {
        for (Place place : all) {
            Node step = place.node;
            while (step instanceof Operation part && part.whole().isPresent()) {
                Operation whole = part.whole().get();
                if (layout.needs(whole)) {
                    place.whole = whole;
                }
                step = whole;
            }
            if (place.whole != null) {
                shared.add(place);
            }
        }
        if (!shared.isEmpty()) {
            breakLoops();
        }
    }

    private void breakLoops() {
        for (Instance instance : module.instances()) {
            for (Net port : instance.module().ports()) {
                if (port.kind() == Net.Kind.OUTPUT) {
                    instances.put(port, instance);
                }
            }
        }
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Place culprit = loop();
            if (culprit == null) {
                return;
            }
            culprit.whole = null;
            shared.remove(culprit);
        }
        shared.forEach(place -> place.whole = null);
        shared.clear();
    }

    /** A shared place on a loop, or null where there is none. */
    private Place loop() {
        all.forEach(place -> place.walk = Place.Walk.UNSEEN);
        Deque<Step> path = new ArrayDeque<>();
        for (Place root : shared) {
            open(root, path);
            while (!path.isEmpty()) {
                Step step = path.peek();
                if (step.next == step.dependencies.length) {
                    path.pop().place.walk = Place.Walk.DONE;
                    continue;
                }
                Place dependency = step.dependencies[step.next++];
                if (dependency.walk == Place.Walk.OPEN) {
                    Place culprit = sharedBetween(path, dependency);
                    if (culprit != null) {
                        return culprit;
                    }
                } else {
                    open(dependency, path);
                }
            }
        }
        return null;
    }

    /** Where the walk stands on its way down. */
    private static final class Step {
        final Place place;
        final Place[] dependencies;
        int next;

        Step(Place place, Place[] dependencies) {
            this.place = place;
            this.dependencies = dependencies;
        }
    }

    private void open(Place place, Deque<Step> path) {
        if (place.walk == Place.Walk.UNSEEN) {
            place.walk = Place.Walk.OPEN;
            path.push(new Step(place, dependencies(place)));
        }
    }

    /** The last shared place on the path down from {@code start}. */
    private static Place sharedBetween(Deque<Step> path, Place start) {
        for (Step step : path) {
            if (step.place.whole != null) {
                return step.place;
            }
            if (step.place == start) {
                return null;
            }
        }
        return null;
    }

    private Place[] dependencies(Place place) {
        if (place.whole != null) {
            return new Place[] {layout.place(place.whole)};
        }
        return switch (place.node) {
            case Net net when net.kind() == Net.Kind.REGISTER -> Place.NONE;
            case Net net when instances.get(net) instanceof Instance instance -> inputs(instance);
            case Net net when module.drivers().get(net) instanceof Node driver -> new Place[] {layout.place(driver)};
            default -> place.operands;
        };
    }

    private Place[] inputs(Instance instance) {
        return instance.module().ports().stream()
                .filter(port -> port.kind() == Net.Kind.INPUT)
                .map(port -> layout.place(module.drivers().get(port)))
                .toArray(Place[]::new);
    }
}
