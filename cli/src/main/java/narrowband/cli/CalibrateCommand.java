package narrowband.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Accelerator;
import narrowband.hdlgen.RtlFolder;
import narrowband.sim.cycle.CycleSimulator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.energy.Calibration;
import narrowband.sim.energy.EnergyProfile;
import narrowband.sim.energy.FpgaProfile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Fits unit energies to two measurements on a board. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fits the energies of an FPGA's technology to a board by two measurements of the power that feeds the FPGA, with an"
                    + " exported design loaded: idle, its clock running but no image under way; and loaded, images streaming in"
                    + " without a pause. Gives the power at rest, and one factor for all that is clocked.",
            "Example: narrowband calibrate out/rtl --idle-watts 0.121 --loaded-watts 0.164 --out board.json,",
            "then: narrowband simulate NETWORK --energy board.json"
        })
final class CalibrateCommand implements Callable<Integer> {
    /** Images enough for a steady stream. */
    private static final int IMAGES = 8;

    @Parameters(
            paramLabel = "RTL_DIR",
            description = "The folder of the design on the board, as export or flow wrote it.")
    private Path folder;

    @Option(
            names = "--idle-watts",
            paramLabel = "W",
            required = true,
            description = "Measured while no image is under way.")
    private double idle;

    @Option(
            names = "--loaded-watts",
            paramLabel = "W",
            required = true,
            description = "Measured while images stream in.")
    private double loaded;

    @Option(
            names = "--energy",
            paramLabel = "PROFILE",
            description = "The unit energies to begin with, by name or file. Default: those of the FPGA.")
    private String energy;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "The fitted profile's file.")
    private Path out;

    @Mixin
    private RunArguments arguments;

    @Override
    public Integer call() {
        OutputFile file = OutputFile.of(out, "--out", arguments.force());
        Accelerator accelerator = RtlFolder.read(folder).accelerator();
        FpgaProfile profile = profile(accelerator);
        Simulation stream = CycleSimulator.simulate(accelerator, Stimulus.images(IMAGES));
        Calibration calibration = Calibration.fit(accelerator, stream, profile, idle, loaded);
        file.write(calibration.profile().json().getBytes(StandardCharsets.UTF_8));
        Output output = arguments.output();
        output.say(String.format(
                Locale.ROOT,
                "wrote %s: %.4g W at rest; all that is clocked takes %.4g times what the profile %s says",
                out,
                calibration.staticWatts(),
                calibration.dynamicScale(),
                profile.name()));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("file", out.toString());
        result.put("from", profile.name());
        result.put("staticWatts", calibration.staticWatts());
        result.put("dynamicScale", calibration.dynamicScale());
        output.json(result);
        return Narrowband.FINE;
    }

    private FpgaProfile profile(Accelerator accelerator) {
        EnergyProfile chosen = energy == null
                ? EnergyProfile.of(accelerator.fpga())
                        .orElseThrow(() -> new InvalidInputException(
                                "There are no energy figures for %s to begin with; give --energy."
                                        .formatted(accelerator.fpga().name())))
                : EnergyProfile.find(energy);
        if (chosen instanceof FpgaProfile profile) {
            return profile;
        }
        throw new InvalidInputException(
                "A board is calibrated with a profile of an FPGA, not of %s.".formatted(chosen.title()));
    }
}
