package narrowband.sim.stepped;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import narrowband.accel.design.Accelerator;
import narrowband.sim.cycle.Simulation;
import narrowband.sim.cycle.Stimulus;
import narrowband.sim.cycle.Timeline.State;

/**
 * Waves of a simulation as a value change dump (IEEE 1364-2005, clause 18), for GTKWave and others. Of each FIFO: {@code valid}
 * and {@code ready}, as its neighbours see them at the cycle's start, {@code push} and {@code pop} in the cycle, and its
 * {@code level}; of each process one of {@code works}, {@code waits_for_input}, {@code waits_for_counter} and
 * {@code blocked_by_output}, or none while it fills or drains. A time is that of a cycle's start, at the design's clock.
 */
public final class Waves implements PlainStepping.Observer {
    private static final State[] SHOWN = {
        State.BUSY, State.WAITING_FOR_INPUT, State.WAITING_FOR_COUNTER, State.BLOCKED_BY_OUTPUT
    };
    private static final String[] NAMES = {"works", "waits_for_input", "waits_for_counter", "blocked_by_output"};
    private static final int SIGNALS_OF_A_FIFO = 5;

    private final Writer out;
    private final double picosecondsOfACycle;
    private final long from;
    private final long until;
    private final List<String> identifiers = new ArrayList<>();
    private int[] values;
    private final StringBuilder line = new StringBuilder();
    private int next;
    private boolean begun;

    private Waves(Writer out, Accelerator accelerator, long from, long until) {
        this.out = out;
        this.picosecondsOfACycle = 1e6 / accelerator.clockMegahertz();
        this.from = from;
        this.until = until;
    }

    /**
     * Simulates cycle by cycle and writes waves.
     *
     * @param from the first cycle that is shown
     * @param until the cycle behind the last
     * @throws IOException if they cannot be written
     */
    public static Simulation write(Accelerator accelerator, Stimulus stimulus, long from, long until, Writer out)
            throws IOException {
        Waves waves = new Waves(out, accelerator, from, until);
        try {
            Simulation simulation = PlainStepping.simulate(accelerator, stimulus, waves);
            waves.time(Math.min(until, simulation.cycles()));
            out.append(waves.line);
            return simulation;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void see(long cycle, SteppedFifo[] fifos, SteppedProcess[] processes) {
        if (cycle < from || cycle >= until) {
            return;
        }
        try {
            if (!begun) {
                head(fifos, processes);
            }
            int length = time(cycle);
            next = 0;
            for (SteppedFifo fifo : fifos) {
                bit(fifo.level > 0);
                bit(fifo.level < fifo.depth);
                bit(fifo.pushed);
                bit(fifo.popped);
                vector(fifo.level);
            }
            for (SteppedProcess process : processes) {
                for (State state : SHOWN) {
                    bit(process.state() == state);
                }
            }
            if (!begun) {
                line.append("$end\n");
                begun = true;
            }
            if (line.length() > length) {
                out.append(line);
            }
            line.setLength(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Begins a cycle; the length of the text so far, behind which there is nothing if nothing changes. */
    private int time(long cycle) {
        line.append('#').append(Math.round(cycle * picosecondsOfACycle)).append('\n');
        if (!begun) {
            line.append("$dumpvars\n");
        }
        return line.length();
    }

    private void head(SteppedFifo[] fifos, SteppedProcess[] processes) throws IOException {
        line.append("$version Narrowband $end\n$timescale 1 ps $end\n$scope module accelerator $end\n");
        for (SteppedFifo fifo : fifos) {
            line.append("$scope module ").append(fifo.channel.name()).append(" $end\n");
            variable(1, "valid");
            variable(1, "ready");
            variable(1, "push");
            variable(1, "pop");
            variable(Integer.SIZE - Integer.numberOfLeadingZeros(fifo.depth), "level");
            line.append("$upscope $end\n");
        }
        for (int i = 0; i < processes.length; i++) {
            SteppedProcess process = processes[i];
            if (i == 0 || process.unit != processes[i - 1].unit) {
                line.append("$scope module ").append(process.unit.name()).append(" $end\n");
            }
            line.append("$scope module ").append(process.process.name()).append(" $end\n");
            for (String name : NAMES) {
                variable(1, name);
            }
            line.append("$upscope $end\n");
            if (i + 1 == processes.length || process.unit != processes[i + 1].unit) {
                line.append("$upscope $end\n");
            }
        }
        line.append("$upscope $end\n$enddefinitions $end\n");
        out.append(line);
        line.setLength(0);
        values = new int[SIGNALS_OF_A_FIFO * fifos.length + NAMES.length * processes.length];
        Arrays.fill(values, -1);
    }

    private void variable(int bits, String name) {
        String identifier = identifier(identifiers.size());
        identifiers.add(identifier);
        line.append("$var wire %d %s %s $end\n".formatted(bits, identifier, name));
    }

    /** A short name of printable characters, as the format wants it. */
    private static String identifier(int number) {
        StringBuilder name = new StringBuilder();
        int rest = number;
        do {
            name.append((char) ('!' + rest % 94));
            rest = rest / 94 - 1;
        } while (rest >= 0);
        return name.toString();
    }

    private void bit(boolean high) {
        int value = high ? 1 : 0;
        if (values[next] != value) {
            values[next] = value;
            line.append(value).append(identifiers.get(next)).append('\n');
        }
        next++;
    }

    private void vector(int value) {
        if (values[next] != value) {
            values[next] = value;
            line.append('b')
                    .append(Integer.toBinaryString(value))
                    .append(' ')
                    .append(identifiers.get(next))
                    .append('\n');
        }
        next++;
    }
}
