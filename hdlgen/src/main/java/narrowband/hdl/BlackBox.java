package narrowband.hdl;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import narrowband.hdl.ir.ExternalModule;

/**
 * A module whose Verilog comes from elsewhere: a vendor's cell, an older design. Extend it and declare its ports as in any module; their fields' names are the Verilog's port
 * names. Its instances are written into the Verilog, its own text is not.
 *
 * <p>What the constructor describes beyond the ports is the behaviour that the simulators run. Without one the design can be elaborated and written, but not simulated.
 */
public abstract class BlackBox extends Module {
    private final String kind;
    private final Map<String, String> values = new LinkedHashMap<>();

    /** A black box without a clock. */
    protected BlackBox(String verilogModule) {
        this(verilogModule, "", "");
    }

    /**
     * A black box with a clock.
     *
     * @param clockPort the name of its clock port
     * @param resetPort the name of its synchronous, active-high reset port, or empty where it has none
     */
    protected BlackBox(String verilogModule, String clockPort, String resetPort) {
        kind = verilogModule;
        description.blackBox = Optional.of(new ExternalModule(values, clockPort, resetPort));
    }

    /** Gives a Verilog parameter its value. */
    protected final void verilogParameter(String name, long value) {
        values.put(name, Long.toString(value));
    }

    /** Gives a Verilog parameter a text. */
    protected final void verilogParameter(String name, String text) {
        values.put(name, '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"');
    }

    /** The name of the Verilog module. */
    @Override
    public final String kind() {
        return kind;
    }
}
