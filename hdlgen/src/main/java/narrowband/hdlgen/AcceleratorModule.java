package narrowband.hdlgen;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import narrowband.accel.design.Accelerator;
import narrowband.accel.design.Channel;
import narrowband.accel.design.Unit;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.stream.Fifo;
import narrowband.hdlgen.control.WeightLoad;
import narrowband.hdlgen.unit.UnitModule;
import narrowband.hdlgen.unit.UnitModule.LoadPort;

/**
 * The accelerator's top: images in by AXI4-Stream, results out by AXI4-Stream with {@code tlast} on an image's last word,
 * and in between a module for each unit and a FIFO for each channel. Data are padded to whole bytes.
 */
public final class AcceleratorModule extends Module {
    final Bool imageValid = input().named("s_axis_tvalid");
    final Bool imageReady = output().named("s_axis_tready");
    final UInt imageData;
    final Optional<WeightPort> weights;
    final Optional<LoadPort> load;
    final Bool resultValid = output().named("m_axis_tvalid");
    final Bool resultReady = input().named("m_axis_tready");
    final UInt resultData;
    final Bool resultLast = output().named("m_axis_tlast");

    private final Accelerator accelerator;
    private final Map<String, Fifo<UInt>> fifos = new LinkedHashMap<>();

    /** The AXI4-Stream through which a shared engine's weights come in. */
    record WeightPort(Bool valid, Bool ready, UInt data) {}

    public AcceleratorModule(Accelerator accelerator) {
        this.accelerator = accelerator;
        describe("Integer network %s on %s, %s."
                .formatted(
                        accelerator.network().name(),
                        accelerator.fpga().part(),
                        accelerator.weights().isPresent() ? "all layers on one array" : "one unit for each layer"));
        weights = accelerator
                .weights()
                .map(channel -> new WeightPort(
                        input().named("s_axis_weights_tvalid"),
                        output().named("s_axis_weights_tready"),
                        input(wholeBytes(channel)).named("s_axis_weights_tdata")));
        imageData = input(wholeBytes(accelerator.input())).named("s_axis_tdata");
        resultData = output(wholeBytes(accelerator.output())).named("m_axis_tdata");
        Map<Channel, Bool> announced = new HashMap<>();
        for (Channel channel : accelerator.channels()) {
            Fifo<UInt> fifo = Fifo.of(channel.type().bits(), channel.depth(), style(channel));
            announced.put(channel, fifo.announcedRoom());
            fifos.put(channel.name(), instance(channel.name(), fifo));
        }
        List<LoadPort> loadable = new ArrayList<>();
        for (Unit unit : accelerator.units()) {
            UnitModule module =
                    instance(unit.name() + "_unit", UnitModule.of(unit, accelerator.network(), accelerator.fpga()));
            module.load().ifPresent(loadable::add);
            for (int port = 0; port < unit.inputs().size(); port++) {
                module.into(port).connect(fifo(accelerator.into(unit).get(port)).out);
            }
            for (int port = 0; port < unit.outputs().size(); port++) {
                Channel channel = accelerator.outOf(unit).get(port);
                fifo(channel).in.connect(module.outOf(port));
                module.readyAhead(port).ifPresent(ahead -> ahead.set(announced.get(channel)));
            }
        }
        load = loadable.isEmpty() ? Optional.empty() : Optional.of(load(loadable));
        Stream<UInt> image = fifo(accelerator.input()).in;
        image.valid.set(imageValid);
        image.data.set(imageData.trunc(image.data.width()));
        imageReady.set(image.ready);
        weights.ifPresent(port -> {
            Stream<UInt> words = fifo(accelerator.weights().orElseThrow()).in;
            words.valid.set(port.valid());
            words.data.set(port.data().trunc(words.data.width()));
            port.ready().set(words.ready);
        });
        Stream<UInt> result = fifo(accelerator.output()).out;
        resultValid.set(result.valid);
        resultData.set(result.data);
        result.ready.set(resultReady);
        resultLast.set(last(result));
    }

    /** Passes what is loaded to the unit that the upper bits of a start name. */
    private LoadPort load(List<LoadPort> loadable) {
        LoadPort port = new LoadPort(
                input().named("load_start"),
                input().named("load_next"),
                input(WeightLoad.WORD_BITS).named("load_data"));
        UInt named = port.data().bits(WeightLoad.WORD_BITS - 1, WeightLoad.ADDRESS_BITS);
        UInt chosen = reg(named.width(), 0).named("load_unit").comment("the unit whose weights are loaded");
        when(port.start(), () -> chosen.set(named));
        for (int unit = 0; unit < loadable.size(); unit++) {
            LoadPort inner = loadable.get(unit);
            inner.start().set(port.start().and(named.eq(unit)));
            inner.next().set(port.next().and(chosen.eq(unit)));
            inner.data().set(port.data());
        }
        return port;
    }

    /** Whether the word offered is the last of an image's result. */
    private Bool last(Stream<UInt> result) {
        long words = accelerator.output().type().words();
        if (words == 1) {
            return Bool.TRUE;
        }
        UInt word = reg(Long.SIZE - Long.numberOfLeadingZeros(words - 1), 0)
                .named("result_word")
                .comment("of the image");
        Bool last = word.eq(words - 1);
        when(result.fire(), () -> word.set(mux(last, UInt.of(word.width(), 0), word.wrappingPlus(1))));
        return last;
    }

    /** The FIFO that is a channel. */
    Fifo<UInt> fifo(Channel channel) {
        return fifos.get(channel.name());
    }

    /** The accelerator that this is. */
    Accelerator accelerator() {
        return accelerator;
    }

    @Override
    public String kind() {
        return accelerator.network().name() + "_accelerator";
    }

    private Style style(Channel channel) {
        return accelerator.isInBlockRam(channel) ? Style.BLOCK : UnitModule.smallStyle(accelerator.fpga());
    }

    private static int wholeBytes(Channel channel) {
        return Math.ceilDiv(channel.type().bits(), Byte.SIZE) * Byte.SIZE;
    }
}
