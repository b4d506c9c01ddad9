package narrowband.sim.cycle;

import java.util.List;

/**
 * What a process did with its cycles. Each cycle is in exactly one class: before its first step, after its last, or, in
 * between, in the class that the timing contract says. The classes add up to {@code cycles}.
 *
 * @param unit the unit's name
 * @param layer the layer that the unit works for
 * @param process the process's name within the unit
 * @param stepsPerImage the cycles of work of one image
 * @param cycles the cycles simulated
 * @param busy cycles in which a step fired
 * @param waitingForInput by input port, cycles in which no step fired since that port, the lowest of those needed, was empty
 * @param waitingForCounter by counter of the unit, cycles in which all needed words were there but that counter, the first
 *     of those needed, was too low
 * @param blockedByOutput by output port, cycles in which the pipeline stood since that port, the lowest, was full
 * @param idleBefore cycles before the first step: the accelerator fills
 * @param idleAfter cycles after the last step of the last image: the accelerator drains
 */
public record ProcessActivity(
        String unit,
        String layer,
        String process,
        long stepsPerImage,
        long cycles,
        long busy,
        List<Long> waitingForInput,
        List<Long> waitingForCounter,
        List<Long> blockedByOutput,
        long idleBefore,
        long idleAfter) {
    /** @throws IllegalStateException if the classes do not add up */
    public ProcessActivity {
        waitingForInput = List.copyOf(waitingForInput);
        waitingForCounter = List.copyOf(waitingForCounter);
        blockedByOutput = List.copyOf(blockedByOutput);
        long sum = busy
                + total(waitingForInput)
                + total(waitingForCounter)
                + total(blockedByOutput)
                + idleBefore
                + idleAfter;
        if (sum != cycles) {
            throw new IllegalStateException(
                    "the classes of %s.%s add up to %d of %d cycles".formatted(unit, process, sum, cycles));
        }
    }

    /** Cycles of waiting for input, over all ports. */
    public long inputStall() {
        return total(waitingForInput);
    }

    /** Cycles of waiting for other processes of its unit, over all counters. */
    public long counterStall() {
        return total(waitingForCounter);
    }

    /** Cycles of standing before full outputs, over all ports. */
    public long outputStall() {
        return total(blockedByOutput);
    }

    public long idle() {
        return idleBefore + idleAfter;
    }

    /** The share of all cycles in which a step fired, 0..1. */
    public double utilisation() {
        return (double) busy / cycles;
    }

    private static long total(List<Long> byPort) {
        return byPort.stream().mapToLong(Long::longValue).sum();
    }
}
