package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.accel.design.EnginePass;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.SharedEngine;
import narrowband.hdl.Bool;
import narrowband.hdl.Ram;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;

/**
 * The shared engine: its three processes, the array, the activation memory, and the counters over which the processes wait
 * for each other.
 */
public final class SharedEngineModule extends UnitModule {
    final Stream<UInt> image;
    final Stream<UInt> weights;
    final Stream<UInt> out;

    private final SharedEngine unit;
    private final EngineSequencer sequencer;

    public SharedEngineModule(SharedEngine unit, Fpga fpga) {
        super(unit, fpga);
        this.unit = unit;
        describe("One array of %d x %d one-bit products, on which %d passes run in turn."
                .formatted(unit.lanes(), unit.lanes(), unit.passes().size()));
        parameter("lanes", unit.lanes());
        parameter("tail_lanes", unit.tailLanes());
        image = entering(unit.image().bits());
        weights = entering(unit.streamBits());
        out = leaving(unit.result().bits());

        EngineLoader loader = instance("loader", new EngineLoader(unit));
        sequencer = instance("sequencer", new EngineSequencer(unit));
        EngineArray array =
                instance("array", new EngineArray(unit, bufferStyle(2L * Math.max(1, unit.tileWords()), unit.lanes())));
        EngineTail tail =
                instance("tail", new EngineTail(unit, bufferStyle(unit.parameterWords(), unit.accumulatorBits())));
        out.connect(tail.out);

        UInt tilesFree = counter("tiles_free", 2, 2, tail.freesTile, loader.begins);
        UInt tilesLoaded = counter("tiles_loaded", 2, 0, loader.done, sequencer.takesTile);
        UInt tailFree = counter("tail_free", 1, 1, tail.frees, sequencer.ends);
        UInt positions = counter("positions", 1, 0, sequencer.ends, tail.takes);
        UInt passes = counter("passes", 1, 1, tail.passDone, sequencer.begins);

        loader.in.connect(weights);
        loader.room.set(tilesFree.ne(0));
        sequencer.tileReady.set(tilesLoaded.ne(0));
        sequencer.tailFree.set(tailFree.ne(0));
        sequencer.passReady.set(passes.ne(0));
        sequencer.wordReady.set(image.valid);
        image.ready.set(sequencer.reads);
        tail.valueReady.set(positions.ne(0));

        Ram memory = ram(unit.lanes(), unit.memoryWords(), bufferStyle(unit.memoryWords(), unit.lanes()))
                .named("activations");
        memory.write(tail.writeAddress, tail.writeData, tail.writes);
        UInt stored4 = memory.readSync(sequencer.address3).named("stored_4");
        UInt shown4 = mux(sequencer.inside4, stored4, UInt.of(unit.lanes(), 0));
        UInt operand4 = mux(sequencer.streamed4, imagePlane().extend(unit.lanes()), shown4);
        array.operand5.set(delayed(operand4).named("operand_5"));

        array.row.set(loader.row);
        array.weightWriteAddress.set(loader.weightAddress);
        array.weightData.set(loader.data.trunc(unit.lanes()));
        array.weightAddress4.set(sequencer.weightAddress4);
        array.negative5.set(sequencer.negative5);
        array.lanewise5.set(sequencer.lanewise5);
        array.valid7.set(sequencer.valid7);
        array.first7.set(sequencer.first7);
        array.shift7.set(sequencer.shift7);
        array.ends8.set(sequencer.ends8);

        array.maximum.ifPresent(taken -> {
            EngineArray.Maximum told = sequencer.maximum8.orElseThrow();
            taken.starts8().set(told.starts8());
            taken.tapEnds8().set(told.tapEnds8());
            taken.taken8().set(told.taken8());
        });

        tail.complete.set(array.complete);
        for (int p = 0; p < unit.lanes(); p++) {
            tail.values.get(p).set(array.values.get(p));
        }
        tail.written.ifPresent(port -> {
            EngineTail.ParameterPort from = loader.parameters.orElseThrow();
            port.lane().set(from.lane());
            port.address().set(from.address());
            port.data().set(from.data());
        });
    }

    /** A counter that two processes share; it is seen to change from the next cycle on. */
    private UInt counter(String name, int bits, int reset, Bool up, Bool down) {
        UInt counter = reg(bits, reset).named(name);
        counter.set(counter.wrappingPlus(up.asUInt()).wrappingMinus(down.asUInt()));
        return counter;
    }

    /** The plane of the image's word in stage 4: the word comes in with the first pair of planes, then from a copy. */
    private UInt imagePlane() {
        EnginePass first = unit.passes().getFirst();
        UInt word = image.data;
        if (first.steps() > first.words()) {
            if (first.words() == 1) {
                UInt kept = reg(word.width()).named("kept");
                when(sequencer.reads, () -> kept.set(image.data));
                word = mux(sequencer.reading, image.data, kept);
            } else {
                Ram kept = ram(word.width(), first.words(), smallStyle()).named("kept");
                kept.write(sequencer.column, image.data, sequencer.reads);
                word = mux(sequencer.reading, image.data, kept.read(sequencer.column));
            }
        }
        UInt word1 = delayed(word).named("image_word_1");
        int bits = unit.image().element().bits();
        List<UInt> planes = new ArrayList<>();
        for (int plane = 0; plane < bits; plane++) {
            List<UInt> lanes = new ArrayList<>();
            for (int lane = 0; lane < unit.image().lanes(); lane++) {
                lanes.add(word1.bits(lane * bits + plane, lane * bits + plane));
            }
            planes.add(pack(lanes));
        }
        UInt plane2 = delayed(select(sequencer.plane1, planes)).named("image_plane_2");
        return delayed(delayed(plane2).named("image_plane_3")).named("image_plane_4");
    }
}
