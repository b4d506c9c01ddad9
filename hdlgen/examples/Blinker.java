import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.UInt;
import narrowband.hdl.simulation.Simulator;
import narrowband.hdl.simulation.WaveOptions;
import narrowband.hdl.simulation.Waves;
import narrowband.hdl.verilog.VerilogEmitter;
import narrowband.hdl.verilog.VerilogFiles;

/** Blinks a light: the smallest design that does something. */
public final class Blinker extends Module {
    final Bool enable = input().comment("the light blinks while this is 1");
    final Bool light = output();

    private final Bool on = reg(false);
    private final UInt count;

    /** A light that is on for {@code halfPeriod} cycles and then off for as many. */
    Blinker(int halfPeriod) {
        require(halfPeriod >= 1, "a half period of " + halfPeriod + " cycles", "Give it at least one");
        describe("A light that is on for half_period cycles and then off for as many.");
        parameter("half_period", halfPeriod);
        count = reg(UInt.of(halfPeriod - 1).width(), 0).comment("cycles since the light changed");
        Bool turn = enable.and(count.eq(halfPeriod - 1)).named("turn");
        when(enable, () -> count.set(count.wrappingPlus(1)));
        when(turn, () -> {
            count.set(0);
            on.set(on.not());
        });
        light.set(on);
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        Blinker blinker = new Blinker(5);
        Design design = Design.of(blinker);

        Simulator simulator = Simulator.of(design);
        try (Waves waves = Waves.open(folder.resolve("blinker.vcd"), WaveOptions.everything())) {
            simulator.record(waves).poke(blinker.enable, 1);
            for (int cycle = 0; cycle < 40; cycle++) {
                long expected = cycle / 5 % 2;
                if (simulator.peek(blinker.light) != expected) {
                    throw new AssertionError("cycle " + cycle + ": the light is not " + expected);
                }
                simulator.step();
            }
        }
        System.out.println("simulated 40 cycles: the light changes every 5 cycles");

        VerilogFiles files = VerilogEmitter.emit(design);
        files.writeTo(folder);
        System.out.println("wrote " + files.files().keySet() + " and blinker.vcd; synthesise in " + folder + " with");
        System.out.println(files.yosysCommand("synth_ice40"));
    }
}
