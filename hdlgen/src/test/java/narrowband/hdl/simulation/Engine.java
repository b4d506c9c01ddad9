package narrowband.hdl.simulation;

import narrowband.hdl.Design;

/** Every way to run a design in the JVM, for tests that hold all of them to one meaning. */
enum Engine {
    INTERPRETER(null),
    USUAL(ProgramCompiler.Sizes.USUAL),
    LOOP_WITH_REGISTERS_IN_LOCALS(
            new ProgramCompiler.Sizes(Integer.MAX_VALUE, Integer.MAX_VALUE, 300, Integer.MAX_VALUE)),
    LOOP_WITH_REGISTERS_IN_THE_STATE(new ProgramCompiler.Sizes(Integer.MAX_VALUE, 0, 300, Integer.MAX_VALUE)),
    PIECES(new ProgramCompiler.Sizes(0, 0, 300, Integer.MAX_VALUE)),
    SMALL_PIECES_IN_SEVERAL_CLASSES(new ProgramCompiler.Sizes(0, 0, 6, Integer.MAX_VALUE)),
    FIRST_EDGES_VALUE_BY_VALUE(new ProgramCompiler.Sizes(2500, 160, 300, 0));

    private final ProgramCompiler.Sizes sizes;

    Engine(ProgramCompiler.Sizes sizes) {
        this.sizes = sizes;
    }

    Simulator of(Design design) {
        return of(design, PowerUp.declared());
    }

    Simulator of(Design design, PowerUp start) {
        return this == INTERPRETER
                ? new Interpreter(design.flat(), start)
                : new CompiledSimulator(design.flat(), start, sizes);
    }
}
