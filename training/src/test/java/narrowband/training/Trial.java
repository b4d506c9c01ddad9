package narrowband.training;

import narrowband.training.data.DataSource;
import narrowband.training.device.JvmDevice;

/** Scratch. */
class Trial {
    public static void main(String[] args) {
        for (int seed = Integer.parseInt(args[1]); seed < Integer.parseInt(args[2]); seed++) {
            long t0 = System.nanoTime();
            var data = DataSource.parse(args[0]).load(seed);
            System.out.printf("data %.2f s%n", (System.nanoTime() - t0) / 1e9);
            TrainingOptions o = TrainingOptions.of(args[0], args.length > 4 ? args[4] : "cnn", seed)
                    .withEpochs(Integer.parseInt(args[3]));
            try (JvmDevice device = JvmDevice.ofAllProcessors()) {
                long start = System.nanoTime();
                TrainedNetwork net = new Trainer(o, data, device, new TrainingListener() {
                            @Override
                            public void epochDone(TrainingHistory.Epoch e) {
                                System.out.printf(
                                        "%5.1f %s %d loss %.4f train %.4f val %.4f lr %.5f cost %.3f w %s a %s%n",
                                        (System.nanoTime() - start) / 1e9,
                                        e.phase(),
                                        e.epoch(),
                                        e.loss(),
                                        e.trainAccuracy(),
                                        e.validationAccuracy(),
                                        e.learningRate(),
                                        e.cost() / e.limit(),
                                        e.weightBits().values().stream()
                                                .map(x -> "%.2f".formatted(x))
                                                .toList(),
                                        e.activationBits().values().stream()
                                                .map(x -> "%.2f".formatted(x))
                                                .toList());
                            }
                        })
                        .train();
                long lower = System.nanoTime();
                var frozen = narrowband.training.lowering.FrozenNetwork.of(net.graph(), net.parameters());
                var integer = narrowband.training.lowering.Lowering.lower(frozen);
                var agreement = narrowband.training.lowering.Agreement.of(frozen, integer, data.test(), _ -> {});
                System.out.println(agreement + " " + agreement.accuracy());
                System.out.println(narrowband.training.lowering.ThresholdProof.of(frozen, integer, 1 << 20));
                System.out.printf("lowering %.1f%n", (System.nanoTime() - lower) / 1e9);
                System.out.printf(
                        "seed %d float %.4f quantised %.4f time %.1f%n",
                        seed, net.floatAccuracy(), net.quantisedAccuracy(), (System.nanoTime() - start) / 1e9);
            }
        }
    }
}
