package narrowband.hdlgen.unit;

import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.UInt;

/**
 * Numbers that stages of a pipeline add up, a few at a time.
 *
 * @param terms what is left to be added
 */
record PartialSums(List<Term> terms) {
    /**
     * One of the numbers: {@code value * 2^shift}.
     *
     * @param largest the largest value
     */
    record Term(UInt value, int shift, long largest) {
        Term {
            int bits = UnitModule.bitsFor(largest);
            value = value.width() > bits ? value.trunc(bits) : value;
        }
    }

    PartialSums {
        terms = List.copyOf(terms);
    }

    /**
     * The sum, after that many stages with registers in front of them.
     *
     * @param most terms that a stage adds into one
     * @param moves whether the pipeline moves
     */
    UInt after(int stages, int most, UnitModule module, String name, Bool moves) {
        PartialSums sums = this;
        for (int stage = 0; stage < stages; stage++) {
            sums = sums.delayed(module, name + "_at" + stage, moves).added(most);
        }
        if (sums.terms.size() != 1) {
            throw new IllegalArgumentException(
                    "%d stages leave %d of %d terms".formatted(stages, sums.terms.size(), terms.size()));
        }
        Term sum = sums.terms.getFirst();
        return sum.value.shiftLeft(sum.shift);
    }

    private PartialSums delayed(UnitModule module, String name, Bool moves) {
        List<Term> later = new ArrayList<>();
        for (Term term : terms) {
            later.add(new Term(module.delayed(name + "_" + later.size(), term.value, moves), term.shift, term.largest));
        }
        return new PartialSums(later);
    }

    /** Neighbours added, in groups of about the same size. */
    private PartialSums added(int most) {
        int groups = Math.ceilDiv(terms.size(), most);
        List<Term> sums = new ArrayList<>();
        for (int group = 0; group < groups; group++) {
            sums.add(sum(terms.subList(group * terms.size() / groups, (group + 1) * terms.size() / groups)));
        }
        return new PartialSums(sums);
    }

    /** The sum of some terms. */
    static Term sum(List<Term> terms) {
        int least = terms.stream().mapToInt(Term::shift).min().orElseThrow();
        long largest = terms.stream()
                .mapToLong(term -> term.largest << (term.shift - least))
                .sum();
        List<UInt> byShift = terms.stream()
                .map(Term::shift)
                .distinct()
                .sorted()
                .map(shift -> total(terms.stream()
                                .filter(term -> term.shift == shift)
                                .map(Term::value)
                                .toList())
                        .shiftLeft(shift - least))
                .toList();
        UInt sum = byShift.getFirst();
        for (UInt next : byShift.subList(1, byShift.size())) {
            sum = sum.plus(next);
        }
        return new Term(sum, least, largest);
    }

    /** The sum of all numbers, neighbours first. */
    private static UInt total(List<UInt> numbers) {
        List<UInt> level = numbers;
        while (level.size() > 1) {
            List<UInt> next = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                next.add(i + 1 < level.size() ? level.get(i).plus(level.get(i + 1)) : level.get(i));
            }
            level = next;
        }
        return level.getFirst();
    }
}
