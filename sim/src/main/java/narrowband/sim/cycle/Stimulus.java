package narrowband.sim.cycle;

import java.util.Optional;

/**
 * What the outside does to an accelerator: how many images it sends, one straight behind the other, and when it stalls.
 *
 * @param images at least 1
 * @param source when a word of an image may be offered
 * @param sink when a word of a result may be taken
 * @param weights when a word of a shared engine's weights may be offered: the pace of its memory
 * @param memory from which images and weights are read; empty where their words are always there
 * @param timelineGrain cycles that count together where it is kept what each process does when; 0 where it is not kept
 * @param traced whether the cycles of all words through all channels are kept; costs memory, 8 bytes for each
 * @param followed whether it is kept what decided when each result came out
 */
public record Stimulus(
        int images,
        StallPattern source,
        StallPattern sink,
        StallPattern weights,
        Optional<Dram> memory,
        long timelineGrain,
        boolean traced,
        boolean followed) {
    public Stimulus {
        if (timelineGrain < 0) {
            throw new IllegalArgumentException("cycles are counted together in groups of at least 1");
        }
        if (memory.isPresent() && (source != StallPattern.ALWAYS || weights != StallPattern.ALWAYS)) {
            throw new IllegalArgumentException("words come from a memory or by a pattern, not both");
        }
        if (images < 1) {
            throw new IllegalArgumentException("at least one image must be simulated, not " + images);
        }
    }

    /** Images from a source that always offers, to a sink that always takes. */
    public static Stimulus images(int images) {
        return new Stimulus(
                images,
                StallPattern.ALWAYS,
                StallPattern.ALWAYS,
                StallPattern.ALWAYS,
                Optional.empty(),
                0,
                false,
                false);
    }

    /** Whether nothing is kept of single words inside, or of what decided when they moved. */
    boolean isPlain() {
        return !traced && !followed;
    }

    /** The same for another number of images. */
    public Stimulus withImages(int number) {
        return new Stimulus(number, source, sink, weights, memory, timelineGrain, traced, followed);
    }

    public Stimulus withStalls(StallPattern newSource, StallPattern newSink) {
        return new Stimulus(images, newSource, newSink, weights, memory, timelineGrain, traced, followed);
    }

    /** With weights that come at another pace. */
    public Stimulus withWeights(StallPattern newWeights) {
        return new Stimulus(images, source, sink, newWeights, memory, timelineGrain, traced, followed);
    }

    /** With images and weights that are read from a memory. */
    public Stimulus withMemory(Dram dram) {
        return new Stimulus(images, source, sink, weights, Optional.of(dram), timelineGrain, traced, followed);
    }

    public Stimulus withTrace() {
        return new Stimulus(images, source, sink, weights, memory, timelineGrain, true, followed);
    }

    /** With what each process does when, so many cycles at a time, at least 1. */
    public Stimulus withTimelines(long grain) {
        return new Stimulus(images, source, sink, weights, memory, grain, traced, followed);
    }

    /** With what decided when each result came out. */
    public Stimulus withCriticalPaths() {
        return new Stimulus(images, source, sink, weights, memory, timelineGrain, traced, true);
    }
}
