package narrowband.hdlgen;

import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.hdl.Design;
import narrowband.hdl.ir.ModuleNetlist;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/**
 * An accelerator's hardware, elaborated once: what is written as Verilog and what is run is the same netlist. Its top has an
 * AXI4-Lite port beside the AXI4-Streams; the accelerator within has only the streams, and can be used by itself.
 */
public final class RtlDesign {
    private final ControlledModule top;
    private final Design design;
    private VerilogFiles verilog;

    /** Builds and elaborates the hardware of {@code accelerator}. */
    public RtlDesign(Accelerator accelerator) {
        top = new ControlledModule(accelerator);
        design = Design.of(top);
    }

    public Accelerator accelerator() {
        return top.accelerator.accelerator();
    }

    /** The Verilog and memory files, by name. */
    public Map<String, String> files() {
        return verilog().files();
    }

    /** The names of the Verilog files, those of inner modules before those that use them. */
    public List<String> sources() {
        return verilog().sources();
    }

    /** The elaborated netlist. */
    public Design design() {
        return design;
    }

    /** The accelerator without its AXI4-Lite port: what the test bench runs, and what is synthesised to be measured. */
    public ModuleNetlist core() {
        return design.top().instances().stream()
                .filter(instance -> instance.name().equals(ControlledModule.ACCELERATOR))
                .findFirst()
                .orElseThrow()
                .module();
    }

    ControlledModule top() {
        return top;
    }

    private VerilogFiles verilog() {
        if (verilog == null) {
            verilog = VerilogEmitter.emit(
                    design, FpgaVerilog.options(accelerator().fpga()));
        }
        return verilog;
    }
}
