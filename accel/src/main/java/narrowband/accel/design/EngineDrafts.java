package narrowband.accel.design;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import narrowband.accel.design.EnginePass.Operand;
import narrowband.accel.design.EnginePass.Tail;
import narrowband.accel.network.CodeType;
import narrowband.accel.network.Shape;

/** Passes of a {@link SharedEngine} while they are drawn up, and the places that their tensors get when all are known. */
final class EngineDrafts {
    private final int lanes;
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<String, View> views = new HashMap<>();

    /** A tensor as it is stored: with its own shape, or flat where only dense layers take it. */
    record View(Shape shape, CodeType type) {}

    /** A pass whose tensors have no places yet, and the names of those that it reads and writes. */
    record Draft(EnginePass pass, List<String> reads, Optional<String> writes) {}

    EngineDrafts(int lanes) {
        this.lanes = lanes;
    }

    void add(Draft draft) {
        drafts.add(draft);
    }

    /** Says how a tensor is stored. */
    void store(String tensor, Shape shape, CodeType type) {
        views.put(tensor, new View(shape, type));
    }

    /** Whether it is known how the tensor is stored. */
    boolean stores(String tensor) {
        return views.containsKey(tensor);
    }

    /** How the tensor is stored. */
    View view(String tensor) {
        return views.get(tensor);
    }

    /** Words for so many channels. */
    int groups(int channels) {
        return Math.ceilDiv(channels, lanes);
    }

    /** The tensors' places. */
    ActivationMemory memory() {
        ActivationMemory memory = new ActivationMemory();
        for (int born = 0; born < drafts.size(); born++) {
            Draft draft = drafts.get(born);
            if (draft.writes().isPresent()) {
                String tensor = draft.writes().get();
                int dies = IntStream.range(0, drafts.size())
                        .filter(pass -> drafts.get(pass).reads().contains(tensor))
                        .max()
                        .orElse(born);
                memory.place(tensor, operand(tensor, 0).words(), born, dies);
            }
        }
        return memory;
    }

    /** The passes, in order. */
    List<EnginePass> passes() {
        Map<String, Integer> addresses = new HashMap<>();
        memory().regions().forEach(region -> addresses.put(region.tensor(), region.address()));
        return drafts.stream()
                .map(draft -> {
                    List<Operand> reads = draft.reads().stream()
                            .map(tensor -> operand(tensor, addresses.get(tensor)))
                            .toList();
                    Optional<Operand> left = reads.stream().findFirst();
                    boolean unloads = draft.pass().tail() == Tail.UNLOAD;
                    return draft.pass()
                            .at(
                                    unloads ? left.map(EngineDrafts::byGroup) : left,
                                    reads.stream().skip(1).findFirst(),
                                    draft.writes().map(addresses::get).orElse(0));
                })
                .toList();
    }

    /** The same words, each group of a position taken as a position of its own. */
    private static Operand byGroup(Operand operand) {
        return new Operand(
                operand.address(),
                operand.height() * operand.width(),
                operand.groups(),
                1,
                operand.planes(),
                operand.signed());
    }

    private Operand operand(String tensor, int address) {
        View view = views.get(tensor);
        return new Operand(
                address,
                view.shape().height(),
                view.shape().width(),
                groups(view.shape().channels()),
                view.type().bits(),
                view.type().signed());
    }
}
