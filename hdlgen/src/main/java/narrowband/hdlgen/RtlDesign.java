package narrowband.hdlgen;

import java.util.List;
import java.util.Map;
import narrowband.accel.design.Accelerator;
import narrowband.hdl.Design;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/** An accelerator's hardware, elaborated once: what is written as Verilog and what is run is the same netlist. */
public final class RtlDesign {
    private final AcceleratorModule top;
    private final Design design;
    private VerilogFiles verilog;

    /** Builds and elaborates the hardware of {@code accelerator}. */
    public RtlDesign(Accelerator accelerator) {
        top = new AcceleratorModule(accelerator);
        design = Design.of(top);
    }

    public Accelerator accelerator() {
        return top.accelerator();
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

    AcceleratorModule top() {
        return top;
    }

    private VerilogFiles verilog() {
        if (verilog == null) {
            verilog = VerilogEmitter.emit(design);
        }
        return verilog;
    }
}
