package narrowband.hdlgen.synthesis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import narrowband.hdl.ir.Clock;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.ir.Net;

/**
 * A module around one unit, for place and route: a unit has more ports than an FPGA has pins, so its inputs come from a shift
 * register and its outputs go into one.
 */
final class UnitHarness {
    /** The module's name. */
    static final String TOP = "unit_harness";

    private UnitHarness() {}

    /** The harness in Verilog. */
    static String verilog(ModuleNetlist unit) {
        List<String> connections = new ArrayList<>();
        for (Clock clock : unit.clocksUsed()) {
            connections.add(".%s(clk)".formatted(unit.clockPort(clock)));
            if (unit.resettable(clock)) {
                connections.add(".%s(reset)".formatted(unit.resetPort(clock)));
            }
        }
        int in = 0;
        int out = 0;
        for (Net port : unit.ports()) {
            boolean enters = port.kind() == Net.Kind.INPUT;
            int low = enters ? in : out;
            connections.add(".%s(%s[%d:%d])"
                    .formatted(unit.name(port), enters ? "stimulus" : "response", low + port.width() - 1, low));
            in += enters ? port.width() : 0;
            out += enters ? 0 : port.width();
        }
        return Template.named("unit_harness.v")
                .filled(Map.of(
                        "harness", TOP,
                        "unit", unit.kind(),
                        "lastIn", Integer.toString(in - 1),
                        "lastOut", Integer.toString(out - 1),
                        "afterOut", Integer.toString(out),
                        "connections", String.join(",\n        ", connections)));
    }
}
