package narrowband.hdl.simulation;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.ir.FlatNetlist;
import narrowband.hdl.ir.Net;
import narrowband.hdl.ir.Node;
import narrowband.hdl.ir.SynchronousRead;

/**
 * Turns a netlist into hidden classes. Methods are kept so short that HotSpot compiles them (it leaves methods above 8000 bytes to its interpreter), and classes so small
 * that their constant pools hold.
 */
final class ProgramCompiler {
    private static final int WORK_PER_METHOD = 120;
    private static final int METHODS_PER_CLASS = 48;
    private static final MethodTypeDesc EVALUATE =
            MethodTypeDesc.of(ConstantDescs.CD_void, WordCode.LONGS, WordCode.MEMORIES);
    private static final MethodTypeDesc ADVANCE =
            MethodTypeDesc.of(ConstantDescs.CD_void, WordCode.LONGS, WordCode.MEMORIES, WordCode.LONGS);

    private final FlatNetlist netlist;
    private final Slots slots;

    /** A piece of work that lies in one method. */
    private interface Statement {
        void emit(WordCode words, CodeBuilder code);
    }

    ProgramCompiler(FlatNetlist netlist, Slots slots) {
        this.netlist = netlist;
        this.slots = slots;
    }

    /** The programs; evaluated in order, then advanced in any order. */
    List<Program> compile() {
        List<Program> programs = new ArrayList<>();
        classes(evaluation(), true, programs);
        classes(advance(), false, programs);
        return List.copyOf(programs);
    }

    private static final class Chunks {
        final List<List<Statement>> methods = new ArrayList<>();
        private int work = WORK_PER_METHOD;

        void add(int cost, Statement statement) {
            if (work + cost > WORK_PER_METHOD) {
                methods.add(new ArrayList<>());
                work = 0;
            }
            methods.getLast().add(statement);
            work += cost;
        }
    }

    private List<List<Statement>> evaluation() {
        Chunks chunks = new Chunks();
        for (Node node : netlist.order()) {
            if (slots.at(node) < 0) {
                continue;
            }
            int words = Words.count(node.width());
            boolean wordByWord = !(node instanceof narrowband.hdl.ir.AsynchronousRead)
                    && !(node instanceof narrowband.hdl.ir.Operation operation && Slots.kernel(operation));
            if (words > 1 && wordByWord) {
                int cost = Math.max(1, slots.size(node) / words);
                for (int i = 0; i < words; i++) {
                    int word = i;
                    chunks.add(cost, (code, builder) -> code.store(node, word, word + 1));
                }
            } else {
                chunks.add(slots.size(node), (code, builder) -> code.store(node, 0, 1));
            }
        }
        return chunks.methods;
    }

    private List<List<Statement>> advance() {
        Chunks chunks = new Chunks();
        for (Net register : netlist.registers()) {
            Node driver = netlist.drivers().get(register);
            int words = Words.count(register.width());
            int cost = 1 + slots.size(netlist.source(driver)) / words;
            for (int i = 0; i < words; i++) {
                int word = i;
                chunks.add(cost, (code, builder) -> {
                    builder.aload(2).loadConstant(slots.at(register) + word);
                    code.word(driver, word);
                    builder.lastore();
                });
            }
        }
        for (SynchronousRead read : netlist.reads()) {
            chunks.add(4, (code, builder) -> synchronousRead(read, code, builder));
        }
        return chunks.methods;
    }

    private void synchronousRead(SynchronousRead read, WordCode code, CodeBuilder builder) {
        int at = slots.at(read);
        int words = Words.count(read.width());
        var keep = builder.newLabel();
        var end = builder.newLabel();
        code.word(read.enable(), 0);
        builder.lconst_0().lcmp().ifeq(keep);
        if (words == 1) {
            builder.aload(2).loadConstant(at);
        }
        builder.aload(1).loadConstant(slots.memory(read.memory())).aaload();
        code.word(read.address(), 0);
        if (words == 1) {
            builder.invokestatic(
                    WordCode.WORDS,
                    "read",
                    MethodTypeDesc.of(ConstantDescs.CD_long, WordCode.LONGS, ConstantDescs.CD_long));
            builder.lastore();
        } else {
            builder.aload(2).loadConstant(at).loadConstant(words);
            builder.invokestatic(
                    WordCode.WORDS,
                    "read",
                    MethodTypeDesc.of(
                            ConstantDescs.CD_void,
                            WordCode.LONGS,
                            ConstantDescs.CD_long,
                            WordCode.LONGS,
                            ConstantDescs.CD_int,
                            ConstantDescs.CD_int));
        }
        builder.goto_(end).labelBinding(keep);
        builder.aload(0).loadConstant(at).aload(2).loadConstant(at).loadConstant(words);
        builder.invokestatic(
                WordCode.WORDS,
                "copy",
                MethodTypeDesc.of(
                        ConstantDescs.CD_void,
                        WordCode.LONGS,
                        ConstantDescs.CD_int,
                        WordCode.LONGS,
                        ConstantDescs.CD_int,
                        ConstantDescs.CD_int));
        builder.labelBinding(end);
    }

    private void classes(List<List<Statement>> methods, boolean evaluation, List<Program> programs) {
        for (int from = 0; from < methods.size(); from += METHODS_PER_CLASS) {
            programs.add(define(methods.subList(from, Math.min(methods.size(), from + METHODS_PER_CLASS)), evaluation));
        }
    }

    private Program define(List<List<Statement>> methods, boolean evaluation) {
        ClassDesc name = ClassDesc.of("narrowband.hdl.simulation.CompiledProgram");
        byte[] bytes = ClassFile.of().build(name, builder -> {
            builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
            builder.withInterfaceSymbols(ClassDesc.of("narrowband.hdl.simulation.Program"));
            constructor(builder);
            entry(builder, name, "evaluate", EVALUATE, 2, evaluation ? methods.size() : 0);
            entry(builder, name, "advance", ADVANCE, 3, evaluation ? 0 : methods.size());
            for (int i = 0; i < methods.size(); i++) {
                List<Statement> statements = methods.get(i);
                builder.withMethodBody("part" + i, evaluation ? EVALUATE : ADVANCE, ClassFile.ACC_STATIC, code -> {
                    WordCode words = new WordCode(netlist, slots, code);
                    statements.forEach(statement -> statement.emit(words, code));
                    code.return_();
                });
            }
        });
        try {
            Class<?> hidden =
                    MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
            return (Program) hidden.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a compiled program could not be loaded", e);
        }
    }

    private static void constructor(ClassBuilder builder) {
        builder.withMethodBody(
                ConstantDescs.INIT_NAME,
                ConstantDescs.MTD_void,
                0,
                code -> code.aload(0)
                        .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                        .return_());
    }

    private static void entry(
            ClassBuilder builder, ClassDesc owner, String name, MethodTypeDesc type, int arguments, int parts) {
        builder.withMethodBody(name, type, ClassFile.ACC_PUBLIC, code -> {
            for (int i = 0; i < parts; i++) {
                for (int argument = 1; argument <= arguments; argument++) {
                    code.aload(argument);
                }
                code.invokestatic(owner, "part" + i, type);
            }
            code.return_();
        });
    }
}
