package narrowband.hdlgen;

import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.network.NetworkFile;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdlgen.AcceleratorModule.WeightPort;
import narrowband.hdlgen.control.AxiLiteControl;
import narrowband.hdlgen.control.WeightLoad;

/** The accelerator beside an AXI4-Lite port that counts what happens on its streams; the streams pass straight through. */
final class ControlledModule extends Module {
    private static final int HEXADECIMAL = 16;

    /** What the accelerator is called inside. */
    static final String ACCELERATOR = "accelerator";

    /** Hexadecimal digits of the digest that the port shows. */
    private static final int SHOWN = 16;

    final AcceleratorModule accelerator;
    final AxiLiteControl control;

    final Bool imageValid;
    final Bool imageReady;
    final UInt imageData;
    final Optional<WeightPort> weights;
    final Bool resultValid;
    final Bool resultReady;
    final UInt resultData;
    final Bool resultLast;

    private final String network;

    ControlledModule(Accelerator design) {
        network = design.network().name();
        describe("Integer network %s with an AXI4-Lite port for identification, status and counters."
                .formatted(network));
        accelerator = instance(ACCELERATOR, new AcceleratorModule(design));
        control = instance(
                "control",
                new AxiLiteControl(
                        design.input().type().words(),
                        Long.parseUnsignedLong(
                                NetworkFile.digest(design.network()).substring(0, SHOWN), HEXADECIMAL),
                        WeightLoad.units(design).size()));
        imageValid = in("s_axis_tvalid", accelerator.imageValid);
        imageReady = out("s_axis_tready", accelerator.imageReady);
        imageData = in("s_axis_tdata", accelerator.imageData);
        weights = accelerator.weights.map(port -> new WeightPort(
                in("s_axis_weights_tvalid", port.valid()),
                out("s_axis_weights_tready", port.ready()),
                in("s_axis_weights_tdata", port.data())));
        resultValid = out("m_axis_tvalid", accelerator.resultValid);
        resultReady = in("m_axis_tready", accelerator.resultReady);
        resultData = out("m_axis_tdata", accelerator.resultData);
        resultLast = out("m_axis_tlast", accelerator.resultLast);

        in("s_axi_awaddr", control.writeAddress);
        in("s_axi_awvalid", control.writeAddressValid);
        out("s_axi_awready", control.writeAddressReady);
        in("s_axi_wdata", control.writeData);
        in("s_axi_wstrb", control.writeStrobes);
        in("s_axi_wvalid", control.writeDataValid);
        out("s_axi_wready", control.writeDataReady);
        out("s_axi_bresp", control.writeResponse);
        out("s_axi_bvalid", control.writeResponseValid);
        in("s_axi_bready", control.writeResponseReady);
        in("s_axi_araddr", control.readAddress);
        in("s_axi_arvalid", control.readAddressValid);
        out("s_axi_arready", control.readAddressReady);
        out("s_axi_rdata", control.readData);
        out("s_axi_rresp", control.readResponse);
        out("s_axi_rvalid", control.readDataValid);
        in("s_axi_rready", control.readDataReady);

        accelerator.load.ifPresent(port -> {
            port.start().set(control.load.orElseThrow().start());
            port.next().set(control.load.orElseThrow().next());
            port.data().set(control.load.orElseThrow().data());
        });
        control.imageValid.set(imageValid);
        control.imageReady.set(accelerator.imageReady);
        control.resultValid.set(accelerator.resultValid);
        control.resultReady.set(resultReady);
        control.resultLast.set(accelerator.resultLast);
    }

    private Bool in(String name, Bool inner) {
        Bool port = input().named(name);
        inner.set(port);
        return port;
    }

    private UInt in(String name, UInt inner) {
        UInt port = input(inner.width()).named(name);
        inner.set(port);
        return port;
    }

    private Bool out(String name, Bool inner) {
        Bool port = output().named(name);
        port.set(inner);
        return port;
    }

    private UInt out(String name, UInt inner) {
        UInt port = output(inner.width()).named(name);
        port.set(inner);
        return port;
    }

    @Override
    public String kind() {
        return network + "_axi";
    }
}
