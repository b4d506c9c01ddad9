package narrowband.sim.stepped;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.invoke.MethodHandles;
import java.util.Optional;
import narrowband.accel.design.Accelerator;

/** Turns a design into a hidden class with a {@link SteppingLoop}. */
final class SteppingCompiler {
    /** HotSpot leaves longer methods to its interpreter. */
    static final int LONGEST = 8000;

    private static final ClassDesc NAME = ClassDesc.of("narrowband.sim.stepped.CompiledLoop");

    private SteppingCompiler() {}

    /**
     * The loop of a design.
     *
     * @param longest bytes of its method at most
     * @return none if it has more
     */
    static Optional<SteppingLoop> compile(Accelerator accelerator, SteppedLayout layout, int longest) {
        byte[] bytes;
        try {
            bytes = ClassFile.of().build(NAME, builder -> {
                builder.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                builder.withInterfaceSymbols(ClassDesc.of("narrowband.sim.stepped.SteppingLoop"));
                builder.withMethodBody(
                        ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0, SteppingCompiler::constructor);
                builder.withMethodBody(
                        "run",
                        LoopCode.RUN,
                        ClassFile.ACC_PUBLIC,
                        code -> new LoopCode(accelerator, layout, code).emit());
            });
        } catch (IllegalArgumentException e) {
            // More than 64 KiB.
            return Optional.empty();
        }
        int length = ClassFile.of().parse(bytes).methods().stream()
                .flatMap(method -> method.code().stream())
                .mapToInt(body -> ((CodeAttribute) body).codeLength())
                .max()
                .orElseThrow();
        return length > longest ? Optional.empty() : Optional.of(load(bytes));
    }

    private static void constructor(CodeBuilder code) {
        code.aload(0)
                .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
    }

    private static SteppingLoop load(byte[] bytes) {
        try {
            Class<?> hidden =
                    MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
            return (SteppingLoop) hidden.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a compiled loop could not be loaded", e);
        }
    }
}
