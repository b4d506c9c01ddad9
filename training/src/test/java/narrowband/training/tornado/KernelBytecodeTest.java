package narrowband.training.tornado;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.LocalVariableTableAttribute;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What TornadoVM cannot compile, or compiles to something else, is not in the kernels. */
class KernelBytecodeTest {
    private static final List<Class<?>> KERNELS = List.of(
            ConvolutionKernels.class,
            WeightGradientKernels.class,
            TiledKernels.class,
            TiledWeightGradientKernels.class,
            DepthwiseKernels.class,
            GridKernels.class,
            WeightGridKernels.class,
            WeightKernels.class,
            Dithering.class,
            NormKernels.class,
            ActivationKernels.class,
            PoolKernels.class,
            LossKernels.class,
            UpdateKernels.class);

    private static final String CONTEXT = "uk/ac/manchester/tornado/api/KernelContext";

    /** Names that the languages of its back ends give a meaning of their own (OpenCL C 6.15, CUDA's mathematics). */
    private static final Set<String> TAKEN = Set.of(
            "round",
            "floor",
            "ceil",
            "max",
            "min",
            "sum",
            "select",
            "step",
            "mix",
            "sign",
            "clamp",
            "dot",
            "cross",
            "length",
            "distance",
            "normalize",
            "barrier",
            "abs",
            "exp",
            "log",
            "sqrt",
            "pow",
            "fma",
            "mad",
            "trunc",
            "convert",
            "printf");

    /** What a kernel may call besides methods of the kernel classes; others were not seen to compile. */
    private static final Set<String> KNOWN = Set.of(
            "java/lang/Math.min",
            "java/lang/Math.max",
            "java/lang/Math.exp",
            "java/lang/Math.log",
            "java/lang/Math.sqrt",
            // What tiled kernels read their places from comes boxed.
            "java/lang/Integer.intValue",
            CONTEXT + ".allocateFloatLocalArray",
            CONTEXT + ".allocateIntLocalArray",
            CONTEXT + ".localBarrier");

    /** What a kernel may read of its place. */
    private static final Set<String> PLACES = Set.of(CONTEXT + ".localIdx", CONTEXT + ".groupIdx");

    private static ClassModel model(Class<?> type) {
        try (InputStream bytes = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            return ClassFile.of().parse(bytes.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isKernel(MethodModel method) {
        return Modifier.isPublic(method.flags().flagsMask())
                && Modifier.isStatic(method.flags().flagsMask());
    }

    /** What is wrong in a method, or nothing. */
    static List<String> faults(ClassModel type, MethodModel method) {
        List<String> faults = new ArrayList<>();
        for (CodeElement element : method.code().orElseThrow()) {
            switch (element) {
                case InvokeInstruction call -> {
                    String name = call.owner().asInternalName() + "." + call.name();
                    boolean ours = KERNELS.stream()
                            .anyMatch(kernel -> kernel.getName()
                                    .replace('.', '/')
                                    .equals(call.owner().asInternalName()));
                    if (!ours && !KNOWN.contains(name)) {
                        faults.add("calls " + name);
                    }
                }
                case NewObjectInstruction made ->
                    faults.add("makes a " + made.className().asInternalName());
                case ThrowInstruction _ -> faults.add("throws");
                case FieldInstruction field -> {
                    if (!PLACES.contains(field.owner().asInternalName() + "." + field.name())) {
                        faults.add("uses the field " + field.name());
                    }
                }
                case java.lang.classfile.Instruction instruction -> {
                    if (Set.of(Opcode.IUSHR, Opcode.LUSHR).contains(instruction.opcode())) {
                        faults.add("shifts with >>>");
                    }
                    if (Set.of(
                                    Opcode.NEWARRAY,
                                    Opcode.ANEWARRAY,
                                    Opcode.FREM,
                                    Opcode.DREM,
                                    Opcode.INVOKEDYNAMIC,
                                    Opcode.TABLESWITCH,
                                    Opcode.LOOKUPSWITCH)
                            .contains(instruction.opcode())) {
                        faults.add("has " + instruction.opcode());
                    }
                }
                default -> {}
            }
        }
        if (method.code()
                .orElseThrow()
                .findAttribute(Attributes.localVariableTable())
                .map(LocalVariableTableAttribute::localVariables)
                .orElse(List.of())
                .isEmpty()) {
            faults.add("has no table of local variables; the OpenCL back end needs one");
        }
        if (!method.code().orElseThrow().exceptionHandlers().isEmpty()) {
            faults.add("catches");
        }
        return faults.stream()
                .map(fault -> "%s.%s %s".formatted(type.thisClass().asInternalName(), method.methodName(), fault))
                .toList();
    }

    @Test
    void noKernelHoldsWhatTornadoVmGetsWrong() {
        List<String> faults = new ArrayList<>();
        for (Class<?> kernels : KERNELS) {
            ClassModel type = model(kernels);
            type.methods().stream()
                    .filter(method -> method.code().isPresent()
                            && !method.methodName().stringValue().startsWith("<"))
                    .forEach(method -> faults.addAll(faults(type, method)));
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void kernelNamesAreTheirOwn() {
        List<String> names = new ArrayList<>();
        for (Class<?> kernels : KERNELS) {
            model(kernels).methods().stream()
                    .filter(KernelBytecodeTest::isKernel)
                    .forEach(method -> names.add(method.methodName().stringValue()));
        }
        assertThat(names)
                // All but the one in CUDA C.
                .hasSize(Kernel.values().length - 1)
                .doesNotHaveDuplicates()
                .doesNotContainAnyElementsOf(TAKEN);
    }

    @Test
    void noKernelCallsItself() {
        Map<String, Set<String>> calls = new HashMap<>();
        for (Class<?> kernels : KERNELS) {
            for (MethodModel method : model(kernels).methods()) {
                Set<String> called = calls.computeIfAbsent(
                        kernels.getSimpleName() + "." + method.methodName(), _ -> new HashSet<>());
                method.code()
                        .ifPresent(code -> code.forEach(element -> {
                            if (element instanceof InvokeInstruction call) {
                                String owner = call.owner().asInternalName();
                                called.add(owner.substring(owner.lastIndexOf('/') + 1) + "." + call.name());
                            }
                        }));
            }
        }
        for (String method : calls.keySet()) {
            Set<String> reached = new HashSet<>();
            List<String> open = new ArrayList<>(calls.get(method));
            while (!open.isEmpty()) {
                String next = open.removeLast();
                if (reached.add(next)) {
                    open.addAll(calls.getOrDefault(next, Set.of()));
                }
            }
            assertThat(reached).as("reached from " + method).doesNotContain(method);
        }
    }

    /** Each of these holds one thing that a kernel must not. */
    static final class Faulty {
        private Faulty() {}

        static int shifts(int x) {
            return x >>> 3;
        }

        static double floors(double x) {
            return Math.floor(x);
        }

        static float fuses(float x) {
            return Math.fma(x, x, x);
        }

        static Object makes() {
            return new StringBuilder();
        }

        static float[] allocates(int n) {
            return new float[n];
        }

        static float leaves(float x) {
            return x % 3f;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shifts", "floors", "fuses", "makes", "allocates", "leaves"})
    void faultsAreFound(String name) {
        try (InputStream bytes = Faulty.class.getResourceAsStream("KernelBytecodeTest$Faulty.class")) {
            ClassModel type = ClassFile.of().parse(bytes.readAllBytes());
            MethodModel method = type.methods().stream()
                    .filter(candidate -> candidate.methodName().equalsString(name))
                    .findFirst()
                    .orElseThrow();
            assertThat(faults(type, method)).isNotEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
