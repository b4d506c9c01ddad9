package narrowband.hdl.simulation;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import narrowband.hdl.ir.FlatNetlist;

/**
 * Turns steps into hidden classes: one method with a loop where that is short enough for HotSpot to compile (it leaves methods above 8000 bytes to its interpreter), else
 * pieces.
 */
final class ProgramCompiler {
    private static final int LARGEST_METHOD = 8000;
    private static final int METHODS_PER_CLASS = 40;
    private static final ClassDesc NAME = ClassDesc.of("narrowband.hdl.simulation.CompiledProgram");
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(WordCode.J, WordCode.LONGS, WordCode.MEMORIES, WordCode.J);
    private static final MethodTypeDesc PART =
            MethodTypeDesc.of(ConstantDescs.CD_void, WordCode.LONGS, WordCode.MEMORIES);

    private final FlatNetlist netlist;
    private final Graph graph;
    private final Slots slots;
    private final Sizes sizes;

    /**
     * When which form is chosen.
     *
     * @param loop operations up to which one method with a loop is tried
     * @param resident registers and read ports up to which these live in locals across the loop; more are quicker left in the state than shuffled between stack slots
     * @param piece operations in a piece
     * @param large values from which on a design's first edges are computed value by value, while compiling would take longer
     */
    record Sizes(int loop, int resident, int piece, int large) {
        static final Sizes USUAL = new Sizes(2500, 160, 300, 20_000);
    }

    ProgramCompiler(FlatNetlist netlist, Graph graph, Slots slots, Sizes sizes) {
        this.netlist = netlist;
        this.graph = graph;
        this.slots = slots;
        this.sizes = sizes;
    }

    /** A program that runs {@code steps} in each cycle, ordered by what they read. */
    Program compile(List<Step> steps) {
        int[] roots =
                steps.stream().flatMapToInt(step -> Arrays.stream(step.roots())).toArray();
        Cone cone = new Cone(graph, roots);
        for (int root : roots) {
            if (graph.words(root) > 1) {
                cone.holdLarge(root);
            }
        }
        List<Step> order = new Schedule(graph, cone, steps, netlist.memories().size()).order();
        if (work(cone, order) < Math.min(sizes.loop, LARGEST_METHOD)) {
            boolean resident = netlist.registers().size() + netlist.reads().size() <= sizes.resident;
            LoopCompiler loop = new LoopCompiler(graph, cone, slots, order, netlist.memories(), resident);
            byte[] bytes = define(builder -> builder.withMethodBody("loop", RUN, ClassFile.ACC_STATIC, loop::emit));
            if (longest(bytes) < LARGEST_METHOD) {
                return load(bytes);
            }
        }
        return pieces(
                new ChunkCompiler(graph, cone, slots, order, netlist.memories().size(), sizes.piece));
    }

    private int work(Cone cone, List<Step> steps) {
        int work = 0;
        for (Step step : steps) {
            work += step instanceof Step.Hold hold ? cone.size(hold.value()) : 2;
        }
        return work;
    }

    private static int longest(byte[] bytes) {
        ClassModel model = ClassFile.of().parse(bytes);
        return model.methods().stream()
                .flatMap(method -> method.code().stream())
                .mapToInt(code -> ((CodeAttribute) code).codeLength())
                .max()
                .orElse(0);
    }

    private Program pieces(ChunkCompiler chunks) {
        List<Program> programs = new ArrayList<>();
        for (int from = 0; from < chunks.count(); ) {
            int limit = from < chunks.guards() && chunks.count() > METHODS_PER_CLASS ? chunks.guards() : chunks.count();
            int to = Math.min(limit, from + METHODS_PER_CLASS);
            programs.add(load(group(chunks, from, to)));
            from = to;
        }
        return programs.size() == 1
                ? programs.getFirst()
                : new Chain(programs.toArray(Program[]::new), slots.verdict());
    }

    /** A large design's cycle: class by class. */
    private record Chain(Program[] programs, int verdict) implements Program {
        @Override
        public long run(long[] state, long[][] memories, long cycles) {
            for (long done = 0; done < cycles; done++) {
                for (Program program : programs) {
                    program.run(state, memories, 1);
                    if (state[verdict] != 0) {
                        return done;
                    }
                }
            }
            return cycles;
        }
    }

    private byte[] group(ChunkCompiler chunks, int from, int to) {
        return define(builder -> {
            builder.withMethodBody("loop", RUN, ClassFile.ACC_STATIC, code -> {
                Label head = code.newLabel();
                Label exit = code.newLabel();
                code.lconst_0().lstore(4);
                code.labelBinding(head).lload(4).lload(2).lcmp().ifge(exit);
                for (int i = from; i < to; i++) {
                    code.aload(0).aload(1).invokestatic(NAME, "part" + i, PART);
                    if (i + 1 == chunks.guards()) {
                        code.aload(0)
                                .loadConstant(slots.verdict())
                                .laload()
                                .lconst_0()
                                .lcmp()
                                .ifne(exit);
                    }
                }
                code.lload(4).lconst_1().ladd().lstore(4).goto_(head);
                code.labelBinding(exit).lload(4).lreturn();
            });
            for (int i = from; i < to; i++) {
                int part = i;
                builder.withMethodBody("part" + i, PART, ClassFile.ACC_STATIC, code -> chunks.emit(part, code));
            }
        });
    }

    private static byte[] define(Consumer<ClassBuilder> methods) {
        return ClassFile.of().build(NAME, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
            builder.withInterfaceSymbols(ClassDesc.of("narrowband.hdl.simulation.Program"));
            builder.withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, ProgramCompiler::constructor);
            builder.withMethodBody(
                    "run",
                    RUN,
                    ClassFile.ACC_PUBLIC,
                    code -> code.aload(1)
                            .aload(2)
                            .lload(3)
                            .invokestatic(NAME, "loop", RUN)
                            .lreturn());
            methods.accept(builder);
        });
    }

    private static void constructor(CodeBuilder code) {
        code.aload(0)
                .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
    }

    private static Program load(byte[] bytes) {
        try {
            Class<?> hidden =
                    MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
            return (Program) hidden.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a compiled program could not be loaded", e);
        }
    }
}
