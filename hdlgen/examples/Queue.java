import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Ram;
import narrowband.hdl.Stage;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock;
import narrowband.hdl.proof.FormalProof;
import narrowband.hdl.proof.Verdict;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.simulation.WaveOptions;
import narrowband.hdl.simulation.Waves;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/** A first-in, first-out queue in a RAM, with a stream in and a stream out. The library's own is {@code narrowband.hdl.stream.Fifo}. */
public final class Queue extends Stage<UInt, UInt> {
    private final Ram words;
    private final UInt writeAddress;
    private final UInt readAddress;
    private final UInt count;

    /** A queue of {@code depth} words of {@code width} bits; {@code depth} is a power of two from 2 up. */
    Queue(int width, int depth) {
        super(UInt.of(width, 0), UInt.of(width, 0));
        require(depth >= 2 && Integer.bitCount(depth) == 1, "a depth of " + depth, "Choose a power of two from 2 up");
        describe("First-in, first-out queue: a word that enters can leave from the next cycle on.");
        parameter("width", width);
        parameter("depth", depth);
        // LUT RAM, or registers on an FPGA that has none.
        words = ram(width, depth, MemoryBlock.Style.AUTO);
        writeAddress = reg(words.addressWidth(), 0);
        readAddress = reg(words.addressWidth(), 0);
        count = reg(UInt.of(depth).width(), 0).comment("words held");

        Bool push = in.fire().named("push");
        Bool pop = out.fire().named("pop");
        in.ready.set(count.lt(depth));
        out.valid.set(count.gt(0));
        out.data.set(words.read(readAddress));
        words.write(writeAddress, in.data, push);
        when(push, () -> writeAddress.set(writeAddress.wrappingPlus(1)));
        when(pop, () -> readAddress.set(readAddress.wrappingPlus(1)));
        count.set(count.wrappingPlus(push.asUInt()).wrappingMinus(pop.asUInt()));

        assertAlways(count.le(depth), "no more words are held than there is room for");
        assertAlways(
                readAddress.wrappingPlus(count.trunc(words.addressWidth())).eq(writeAddress),
                "the words lie between the two addresses");
        cover(count.eq(depth), "the queue is full");
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Queue queue = new Queue(8, 4);
        Design design = Design.of(queue);

        Simulator simulator = Simulator.of(design);
        Deque<Integer> model = new ArrayDeque<>();
        Random random = new Random(1);
        int passed = 0;
        try (Waves waves = Waves.open(folder.resolve("queue.vcd"), WaveOptions.everything())) {
            simulator.record(waves);
            for (int cycle = 0; cycle < 1000; cycle++) {
                int offer = random.nextInt(2);
                int word = random.nextInt(256);
                int take = random.nextInt(2);
                simulator.poke(queue.in.valid, offer).poke(queue.in.data, word).poke(queue.out.ready, take);
                if (take == 1
                        && simulator.peek(queue.out.valid) == 1
                        && simulator.peek(queue.out.data) != model.remove()) {
                    throw new AssertionError("cycle " + cycle + ": a wrong word leaves");
                }
                if (offer == 1 && simulator.peek(queue.in.ready) == 1) {
                    model.add(word);
                    passed++;
                }
                simulator.step();
            }
        }
        System.out.println("simulated 1000 cycles: " + passed + " words kept their order");

        if (FormalProof.available()) {
            Verdict verdict = new FormalProof(design).prove(folder.resolve("proof"), 1);
            System.out.println(
                    verdict instanceof Verdict.Proven ? "proved its checks for all time" : verdict.toString());
        }

        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        System.out.println("wrote " + files.files().keySet() + " and queue.vcd; synthesise in " + folder + " with");
        System.out.println(files.yosysCommand("synth_ice40"));
    }
}
