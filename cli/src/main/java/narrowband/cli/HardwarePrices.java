package narrowband.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import narrowband.accel.InvalidInputException;
import narrowband.accel.design.Fpga;
import narrowband.accel.design.Sharing;
import narrowband.accel.design.WidthPrices;
import narrowband.accel.network.IntegerNetwork;
import narrowband.sim.energy.EnergyProfile;
import narrowband.sim.energy.FpgaProfile;
import narrowband.training.TrainingOptions;
import narrowband.training.UntrainedNetwork;
import narrowband.training.data.Images;
import narrowband.training.device.Device;
import narrowband.training.gdnsq.Budget;

/** What widths cost for a budget of hardware, from the models by which accelerators are designed and judged. */
final class HardwarePrices {
    /** Widths of the network whose layers are priced; only sums behind which thresholds stand are as wide as these make them. */
    private static final int BITS = 4;

    private static final Pattern LANES = Pattern.compile("([0-9]{1,4})lanes");
    private static final Pattern RATE = Pattern.compile("([a-z0-9-]+),([0-9.]{1,9})fps");

    private HardwarePrices() {}

    /** Finds terms that cannot be met before data are read. */
    static void check(String budget) {
        if (Budget.parse(budget) instanceof Budget.Hardware hardware) {
            switch (hardware.kind()) {
                case CYCLES -> sharing(hardware);
                case CELLS -> Rate.of(hardware);
                case NANOJOULES -> Rate.of(hardware).profile(hardware);
            }
        }
    }

    /** The prices, if the budget asks for any. */
    static Optional<WidthPrices> of(TrainingOptions options, Images images, Device device) {
        if (!(Budget.parse(options.budget()) instanceof Budget.Hardware hardware)) {
            return Optional.empty();
        }
        IntegerNetwork network = UntrainedNetwork.of(options, images, BITS, BITS, device);
        return Optional.of(
                switch (hardware.kind()) {
                    case CYCLES -> WidthPrices.ofEngine(network, sharing(hardware));
                    case CELLS -> {
                        Rate rate = Rate.of(hardware);
                        yield WidthPrices.ofUnits(
                                network,
                                rate.fpga,
                                rate.cycles(),
                                carrier -> rate.fpga.logicCells(carrier.resources()));
                    }
                    case NANOJOULES -> {
                        Rate rate = Rate.of(hardware);
                        FpgaProfile profile = rate.profile(hardware);
                        yield WidthPrices.ofUnits(
                                network,
                                rate.fpga,
                                rate.cycles(),
                                carrier -> profile.picojoules(
                                                carrier.resources(), rate.fpga, carrier.cycles(), rate.cycles())
                                        / 1e3);
                    }
                });
    }

    private static Sharing sharing(Budget.Hardware budget) {
        Matcher lanes = LANES.matcher(budget.terms());
        if (!lanes.matches()) {
            throw new InvalidInputException(
                    "--budget \"%s\": expected the lanes of a shared engine, such as cycles:2e6,32lanes."
                            .formatted(budget.spec()));
        }
        try {
            return new Sharing(Integer.parseInt(lanes.group(1)));
        } catch (InvalidInputException e) {
            throw new InvalidInputException("--budget \"%s\": %s".formatted(budget.spec(), e.getMessage()), e);
        }
    }

    /** Images per second on an FPGA, at its clock. */
    private record Rate(Fpga fpga, double framesPerSecond) {
        static Rate of(Budget.Hardware budget) {
            Matcher terms = RATE.matcher(budget.terms());
            double rate = terms.matches() ? rate(terms.group(2)) : 0;
            if (!(rate > 0)) {
                throw new InvalidInputException(
                        "--budget \"%s\": expected an FPGA and a rate, such as cells:12000,xc7a35t,300fps."
                                .formatted(budget.spec()));
            }
            return new Rate(Fpga.named(terms.group(1)), rate);
        }

        private static double rate(String number) {
            try {
                return Double.parseDouble(number);
            } catch (NumberFormatException _) {
                return 0;
            }
        }

        long cycles() {
            return Math.max(1, (long) (fpga.clockMegahertz() * 1e6 / framesPerSecond));
        }

        FpgaProfile profile(Budget.Hardware budget) {
            return EnergyProfile.of(fpga)
                    .filter(FpgaProfile.class::isInstance)
                    .map(FpgaProfile.class::cast)
                    .orElseThrow(() -> new InvalidInputException(
                            "--budget \"%s\": there are no figures of energy for %s; choose another FPGA or a budget in cells."
                                    .formatted(budget.spec(), fpga.name())));
        }
    }
}
