package narrowband.hdl;

import java.util.Iterator;
import java.util.Set;
import narrowband.hdl.ir.SourceLine;

/** Finds the line of the user's Java that called this library or one of its ready-made modules. */
final class Caller {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final Set<Class<?>> LIBRARY = Set.of(
            Caller.class,
            ElaborationException.class,
            Module.class,
            Declarations.class,
            Description.class,
            Expressions.class,
            Value.class,
            Scalar.class,
            Data.class,
            UInt.class,
            SInt.class,
            Bool.class,
            Choice.class,
            Bundle.class,
            Pair.class,
            Vec.class,
            Shape.class,
            Components.class,
            Memory.class,
            Rom.class,
            Ram.class,
            Stream.class,
            Stage.class,
            When.class,
            Block.class,
            BlackBox.class,
            CrossingCheck.class,
            Elaboration.class,
            Naming.class,
            LoopCheck.class,
            Design.class);

    private static final ClassValue<Boolean> USERS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return !LIBRARY.contains(type.getNestHost())
                    && !type.getPackageName().equals(READY_MADE)
                    && !type.getPackageName().startsWith("java.");
        }
    };

    private static final String READY_MADE = Caller.class.getPackageName() + ".stream";

    private Caller() {}

    static SourceLine find() {
        return WALKER.walk(Caller::first);
    }

    private static SourceLine first(java.util.stream.Stream<StackWalker.StackFrame> frames) {
        Iterator<StackWalker.StackFrame> walk = frames.iterator();
        while (walk.hasNext()) {
            StackWalker.StackFrame frame = walk.next();
            if (USERS.get(frame.getDeclaringClass())) {
                return new SourceLine(String.valueOf(frame.getFileName()), frame.getLineNumber());
            }
        }
        return new SourceLine("unknown", 0);
    }
}
