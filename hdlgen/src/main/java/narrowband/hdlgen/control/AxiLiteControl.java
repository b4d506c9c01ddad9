package narrowband.hdlgen.control;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import narrowband.hdl.Bool;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdlgen.unit.UnitModule.LoadPort;

/**
 * An AXI4-Lite slave (ARM IHI 0022, chapter B1) that counts what happens on an accelerator's streams. One write and one read
 * at a time; writes must be whole words. Anything else is answered with SLVERR.
 */
public final class AxiLiteControl extends Module {
    private static final int DATA_BITS = 32;
    private static final int SLAVE_ERROR = 0b10;

    public final UInt writeAddress = input(ControlRegister.ADDRESS_BITS).named("awaddr");
    public final Bool writeAddressValid = input().named("awvalid");
    public final Bool writeAddressReady = output().named("awready");
    public final UInt writeData = input(DATA_BITS).named("wdata");
    public final UInt writeStrobes = input(DATA_BITS / Byte.SIZE).named("wstrb");
    public final Bool writeDataValid = input().named("wvalid");
    public final Bool writeDataReady = output().named("wready");
    public final UInt writeResponse = output(2).named("bresp");
    public final Bool writeResponseValid = output().named("bvalid");
    public final Bool writeResponseReady = input().named("bready");
    public final UInt readAddress = input(ControlRegister.ADDRESS_BITS).named("araddr");
    public final Bool readAddressValid = input().named("arvalid");
    public final Bool readAddressReady = output().named("arready");
    public final UInt readData = output(DATA_BITS).named("rdata");
    public final UInt readResponse = output(2).named("rresp");
    public final Bool readDataValid = output().named("rvalid");
    public final Bool readDataReady = input().named("rready");

    public final Bool imageValid = input().named("image_valid");
    public final Bool imageReady = input().named("image_ready");
    public final Bool resultValid = input().named("result_valid");
    public final Bool resultReady = input().named("result_ready");
    public final Bool resultLast = input().named("result_last");

    /** One cycle's pulse for each word written to LOAD_START or LOAD_NEXT; none where no weights can be loaded. */
    public final Optional<LoadPort> load;

    private final Map<ControlRegister, UInt> values = new EnumMap<>(ControlRegister.class);
    private final Bool clear = wire().named("clear").comment("all counters start again");

    /**
     * @param imageWords words of an image
     * @param network the first 64 bits of the network's digest
     * @param loadable units whose weights can be loaded
     */
    public AxiLiteControl(long imageWords, long network, int loadable) {
        describe("AXI4-Lite registers: identification, status and counters of an accelerator's streams.");
        parameter("image_words", imageWords);
        Bool taken = imageValid.and(imageReady).named("image_word_taken");
        Bool given = resultValid.and(resultReady).named("result_word_given");
        Bool imageDone = wire().named("image_done");
        UInt word = reg(Math.max(1, Long.SIZE - Long.numberOfLeadingZeros(imageWords - 1)), 0)
                .named("image_word");
        Bool last = word.eq(imageWords - 1);
        imageDone.set(taken.and(last));
        when(taken, () -> word.set(mux(last, UInt.of(word.width(), 0), word.wrappingPlus(1))));

        // Images under way: not cleared, since clearing counters stops no image.
        UInt inside = reg(DATA_BITS, 0).named("images_inside").comment("come in whole, and not yet gone out");
        Bool resultDone = given.and(resultLast).named("result_done");
        inside.set(inside.wrappingPlus(imageDone.asUInt()).wrappingMinus(resultDone.asUInt()));

        values.put(ControlRegister.IDENTIFICATION, UInt.of(DATA_BITS, ControlRegister.MAGIC));
        values.put(ControlRegister.NETWORK_LOW, UInt.of(DATA_BITS, network >>> DATA_BITS));
        values.put(ControlRegister.NETWORK_HIGH, UInt.of(DATA_BITS, network & 0xffff_ffffL));
        values.put(ControlRegister.STATUS, inside.ne(0).or(word.ne(0)).asUInt().extend(DATA_BITS));
        count(ControlRegister.IMAGES_IN, imageDone);
        count(ControlRegister.IMAGES_OUT, resultDone);
        count(ControlRegister.INPUT_STALLS, imageValid.and(imageReady.not()));
        count(ControlRegister.INPUT_WAITS, imageReady.and(imageValid.not()));
        count(ControlRegister.OUTPUT_STALLS, resultValid.and(resultReady.not()));
        values.put(ControlRegister.LOADABLE, UInt.of(DATA_BITS, loadable));
        read(cycles());
        load = loadable == 0
                ? Optional.empty()
                : Optional.of(new LoadPort(
                        output().named("load_start"),
                        output().named("load_next"),
                        output(DATA_BITS).named("load_data")));
        write();
    }

    private void count(ControlRegister register, Bool event) {
        UInt counter = reg(DATA_BITS, 0).named(register.name().toLowerCase(Locale.ROOT));
        counter.set(mux(clear, UInt.of(DATA_BITS, 0), counter.wrappingPlus(event.asUInt())));
        values.put(register, counter);
    }

    /** Counts cycles; returns the upper half. */
    private UInt cycles() {
        UInt cycles = reg(2 * DATA_BITS, 0).named("cycles");
        cycles.set(mux(clear, UInt.of(2 * DATA_BITS, 0), cycles.wrappingPlus(1)));
        values.put(ControlRegister.CYCLES_LOW, cycles.trunc(DATA_BITS));
        return cycles.bits(2 * DATA_BITS - 1, DATA_BITS);
    }

    private void read(UInt cyclesHigh) {
        Bool pending = reg(false).named("read_pending").comment("an answer waits to be taken");
        UInt answer = reg(DATA_BITS).named("answer");
        Bool failed = reg(false).named("read_failed");
        UInt kept = reg(DATA_BITS).named("cycles_high").comment("as of the last reading of the lower half");
        values.put(ControlRegister.CYCLES_HIGH, kept);
        readAddressReady.set(pending.not());
        readDataValid.set(pending);
        readData.set(answer);
        readResponse.set(mux(failed, UInt.of(2, SLAVE_ERROR), UInt.of(2, 0)));
        when(pending.and(readDataReady), () -> pending.set(false));
        when(readAddressValid.and(pending.not()), () -> {
            UInt value = UInt.of(DATA_BITS, 0);
            Bool known = Bool.FALSE;
            for (ControlRegister register : ControlRegister.values()) {
                if (register.access() == ControlRegister.Access.READ) {
                    Bool here = readAddress.eq(register.offset());
                    value = mux(here, values.get(register), value);
                    known = known.or(here);
                }
            }
            pending.set(true);
            answer.set(value);
            failed.set(known.not());
            when(readAddress.eq(ControlRegister.CYCLES_LOW.offset()), () -> kept.set(cyclesHigh));
        });
    }

    private void write() {
        Bool pending = reg(false).named("write_pending").comment("a response waits to be taken");
        Bool failed = reg(false).named("write_failed");
        Bool both = writeAddressValid.and(writeDataValid).and(pending.not()).named("write_taken");
        writeAddressReady.set(both);
        writeDataReady.set(both);
        writeResponseValid.set(pending);
        writeResponse.set(mux(failed, UInt.of(2, SLAVE_ERROR), UInt.of(2, 0)));
        Bool whole = both.and(writeStrobes.eq((1L << writeStrobes.width()) - 1)).named("word_written");
        Bool control = whole.and(writeAddress.eq(ControlRegister.CONTROL.offset()));
        clear.set(control.and(writeData.bit(0)));
        Bool known = control;
        if (load.isPresent()) {
            LoadPort port = load.get();
            port.start().set(whole.and(writeAddress.eq(ControlRegister.LOAD_START.offset())));
            port.next().set(whole.and(writeAddress.eq(ControlRegister.LOAD_NEXT.offset())));
            port.data().set(writeData);
            known = known.or(port.start()).or(port.next());
        }
        Bool done = known.named("write_known");
        when(pending.and(writeResponseReady), () -> pending.set(false));
        when(both, () -> {
            pending.set(true);
            failed.set(done.not());
        });
    }

    @Override
    public String kind() {
        return "axi_lite_control";
    }
}
