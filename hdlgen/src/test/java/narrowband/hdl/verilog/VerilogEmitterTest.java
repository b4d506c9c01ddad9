package narrowband.hdl.verilog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import narrowband.hdl.Bool;
import narrowband.hdl.Design;
import narrowband.hdl.Module;
import narrowband.hdl.Ram;
import narrowband.hdl.RandomModule;
import narrowband.hdl.Rom;
import narrowband.hdl.Samples;
import narrowband.hdl.Stream;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.Expression;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.stream.Fifo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerilogEmitterTest {
    /** A module with a bit of everything that a reviewer of emitted text wants to see. */
    private static final class Smoother extends Module {
        final Stream<UInt> samples = streamInput(8);
        final Stream<UInt> means = streamOutput(8);
        final UInt level = output(3).comment("words that wait");
        final Fifo<UInt> queue = instance(Fifo.of(8, 4));
        final UInt newest = reg(8, 0).comment("the sample before");
        final UInt waiting = reg(3, 0);
        final UInt sum = queue.out.data.plus(newest);

        Smoother(boolean extra) {
            describe("Means of neighbouring samples, rounded down.");
            parameter("bits", 8);
            queue.in.connect(samples);
            means.valid.set(queue.out.valid);
            means.data.set(sum.shiftRight(1));
            queue.out.ready.set(means.ready);
            Bool leaves = queue.out.fire().named("leaves");
            when(leaves, () -> newest.set(queue.out.data));
            if (extra) {
                UInt age = reg(4, 0).named("age");
                age.set(age.wrappingPlus(1));
            }
            when(samples.fire().and(leaves.not()), () -> waiting.set(waiting.wrappingPlus(1)))
                    .elseWhen(leaves.and(samples.fire().not()), () -> waiting.set(waiting.wrappingMinus(1)));
            level.set(waiting);
        }
    }

    @Test
    void theTextIsWhatItWasReviewedToBe() throws IOException {
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Smoother(false)));
        assertThat(files.sources()).containsExactly("fifo_8x4.v", "smoother.v");
        assertThat(files.text("smoother.v")).isEqualTo(resource("smoother.v"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneDesignIsOneSequenceOfBytes(long seed) {
        VerilogFiles first = VerilogEmitter.emit(Design.of(new RandomModule(seed)));
        VerilogFiles second = VerilogEmitter.emit(Design.of(new RandomModule(seed)));
        assertThat(second.files()).isEqualTo(first.files());
        assertThat(new ArrayList<>(second.files().keySet()))
                .isEqualTo(new ArrayList<>(first.files().keySet()));
    }

    @Test
    void aRegisterMoreLeavesAllOtherLinesAsTheyAre() {
        VerilogFiles plain = VerilogEmitter.emit(Design.of(new Smoother(false)));
        VerilogFiles extended = VerilogEmitter.emit(Design.of(new Smoother(true)));
        assertThat(extended.text("fifo_8x4.v")).isEqualTo(plain.text("fifo_8x4.v"));
        List<String> added = new ArrayList<>(extended.text("smoother.v").lines().toList());
        List<String> kept = plain.text("smoother.v").lines().toList();
        int next = 0;
        List<String> fresh = new ArrayList<>();
        for (String line : added) {
            if (next < kept.size() && line.equals(kept.get(next))) {
                next++;
            } else {
                fresh.add(line.strip());
            }
        }
        assertThat(next)
                .as("lines of the plain text found again, in their order")
                .isEqualTo(kept.size());
        assertThat(fresh)
                .contains("reg [3:0] age = 4'd0;", "age <= age + 4'd1;")
                .hasSize(8);
    }

    @Test
    void alikeModulesAreWrittenOnce() {
        final class Three extends Module {
            final Bool enable = input();
            final UInt total = output(10);
            final Samples.Counter first = instance(new Samples.Counter(5));
            final Samples.Counter second = instance(new Samples.Counter(5));
            final Samples.Counter third = instance(new Samples.Counter(6));

            Three() {
                List.of(first, second, third).forEach(counter -> counter.enable.set(enable));
                total.set(first.count.plus(second.count).plus(third.count));
            }
        }
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Three()));
        assertThat(files.sources()).containsExactly("counter_limit5.v", "counter_limit6.v", "three.v");
        assertThat(files.text("three.v").lines().map(String::strip))
                .contains("counter_limit5 first (", "counter_limit5 second (", "counter_limit6 third (");
    }

    @Test
    void modulesThatDifferOnlyInAMemorysContentsAreTwo() {
        final class Table extends Module {
            final UInt index = input(1);
            final UInt word = output(4);

            Table(long one) {
                word.set(rom(4, new long[] {0, one}, Style.AUTO).named("words").read(index));
            }
        }
        final class Both extends Module {
            final UInt index = input(1);
            final UInt word = output(4);
            final Table low = instance(new Table(1));
            final Table high = instance(new Table(2));

            Both() {
                low.index.set(index);
                high.index.set(index);
                word.set(low.word.or(high.word));
            }
        }
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Both()));
        assertThat(files.text("table_module_words.mem")).isEqualTo("0\n1\n");
        assertThat(files.text("table_module_2_words.mem")).isEqualTo("0\n2\n");
        assertThat(files.text("both.v")).contains("table_module low (").contains("table_module_2 high (");
    }

    @Test
    void aTruncatedSumIsReadFromTheWholeOneWhereThatIsNeeded() {
        final class Both extends Module {
            final UInt a = input(8);
            final UInt b = input(8);
            final UInt low = output(4);
            final UInt middle = output(6);
            final Bool carry = output();
            final UInt sum = a.plus(b);

            Both() {
                middle.set(sum.trunc(6));
                low.set(sum.trunc(6).trunc(4));
                carry.set(sum.bit(8));
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new Both())).text("both.v"))
                .contains("assign low = sum[3:0];", "assign middle = sum[5:0];", "assign carry = sum[8];");
    }

    @Test
    void aTruncatedSumIsANarrowSumWhereNothingNeedsTheWholeOne() {
        final class Narrow extends Module {
            final UInt a = input(8);
            final UInt b = input(8);
            final UInt low = output(4);

            Narrow() {
                low.set(a.plus(b).trunc(4));
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new Narrow())).text("narrow.v"))
                .contains("assign low = a[3:0] + b[3:0];");
    }

    @Test
    void aTruncatedSumIsNotReadFromAWholeOneThatDependsOnIt() {
        final class Twisted extends Module {
            final UInt a = input(4);
            final UInt upper = wire(4);
            final UInt sum = upper.concat(a).plus(1);
            final UInt low = output(4);
            final UInt high = output(5);

            Twisted() {
                low.set(sum.trunc(4));
                upper.set(low);
                high.set(sum.bits(8, 4));
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new Twisted())).text("twisted.v"))
                .contains("assign low = a + 4'd1;");
    }

    @Test
    void noInversionStandsDirectlyBeforeAnother() {
        final class Held extends Module {
            final Bool hold = input();
            final Bool start = input();
            final UInt word = input(4);
            final UInt kept = output(4);
            final UInt store = reg(4, 0);

            Held() {
                store.set(word);
                when(start, () -> store.set(1)).elseWhen(hold.not(), () -> store.set(store));
                kept.set(store);
            }
        }
        final class Twice extends Module {
            final Bool given = input();
            final Bool same = output();

            Twice() {
                same.set(given.not().not());
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new Held())).text("held.v")).doesNotContain("!!");
        Design written = Expression.asWritten(() -> Design.of(new Twice()));
        assertThat(VerilogEmitter.emit(written).text("twice.v")).contains("assign same = !(!given);");
    }

    @Test
    void sourceLinesStandBesideDeclarationsWhereTheyAreAskedFor() {
        Design design = Design.of(new Smoother(false));
        VerilogFiles plain = VerilogEmitter.emit(design);
        VerilogFiles located = VerilogEmitter.emit(design, VerilogOptions.PLAIN.withSourceLines(true));
        assertThat(located.text("smoother.v"))
                .containsPattern("output wire \\[2:0\\] level  // words that wait \\(VerilogEmitterTest.java:\\d+\\)\n")
                .containsPattern("reg \\[2:0\\] waiting = 3'd0;  // VerilogEmitterTest.java:\\d+\n");
        assertThat(located.sources()).isEqualTo(plain.sources());
        for (String source : located.sources()) {
            assertThat(located.text(source)
                            .replaceAll(" \\(VerilogEmitterTest.java:\\d+\\)|  // VerilogEmitterTest.java:\\d+", ""))
                    .isEqualTo(plain.text(source));
        }
    }

    @Test
    void theNetOfAnInstancesPortIsNeverAReservedWord() {
        final class Inner extends Module {
            final Bool match = input();
            final Bool found = output();

            Inner() {
                found.set(match.not());
            }
        }
        final class Outer extends Module {
            final Bool asked = input();
            final Bool answered = output();
            final Inner first = instance(new Inner());

            Outer() {
                first.match.set(asked);
                answered.set(first.found);
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new Outer())).text("outer.v"))
                .contains("assign first_match_2 = asked;", ".match(first_match_2)");
    }

    @Test
    void whatAnAuthorSaysStaysInItsComment() {
        final class Talkative extends Module {
            final Bool said = input().comment("one\r\ntwo\u0001\u0002");
            final Bool heard = output();

            Talkative() {
                parameter("motto", "a\nb\1");
                heard.set(said);
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new Talkative())).text("talkative.v"))
                .contains("input wire said,  // one  two  \n", "//   motto = a b \n");
    }

    @ParameterizedTest
    @CsvSource({
        "48, 57, DISTRIBUTED, fifo_48x57",
        "48, 57, BLOCK, fifo_48x57_block",
        "48, 57, AUTO, fifo_48x57_auto",
        "8, 65, BLOCK, fifo_8x65",
        "8, 65, DISTRIBUTED, fifo_8x65_distributed"
    })
    void aQueueIsCalledAfterItsSize(int width, int depth, Style style, String name) {
        assertThat(VerilogEmitter.emit(Design.of(Fifo.of(width, depth, style))).top())
                .isEqualTo(name);
    }

    @Test
    void aClassNameBecomesSnakeCase() {
        final class AXI4StreamWidthConverter extends Module {
            final Bool in = input();
            final Bool out = output();

            AXI4StreamWidthConverter() {
                out.set(in);
            }
        }
        assertThat(VerilogEmitter.emit(Design.of(new AXI4StreamWidthConverter()))
                        .top())
                .isEqualTo("axi4_stream_width_converter");
    }

    /** Names that the emitter itself uses must yield to the author's. */
    @Test
    void theAuthorsNamesWinOverTheEmitters() {
        final class Awkward extends Module {
            final UInt address = input(4);
            final UInt unused = input(4).comment("of which nothing reads the upper half");
            final UInt count_ones_4 = output(3);
            final UInt words_write_address = output(4);
            final Ram words = ram(4, 16, Style.AUTO);
            final UInt result = output(4);

            Awkward() {
                count_ones_4.set(address.countOnes());
                words_write_address.set(shared(5).xor(shared(5).shiftRight(1).extend(4)));
                words.write(shared(3).xor(shared(3).not()), unused.trunc(2));
                result.set(words.read(address));
            }

            private UInt shared(int by) {
                return address.wrappingPlus(by);
            }
        }
        String text = VerilogEmitter.emit(Design.of(new Awkward())).text("awkward.v");
        List<String> declared = text.lines()
                .map(String::strip)
                .filter(line -> line.matches("(input wire|output wire|wire|reg|function) .*"))
                .map(line -> line.replaceAll("( =|;|,| \\[0:).*", "").replaceAll(".*[ \\]]", ""))
                .toList();
        assertThat(declared)
                .doesNotHaveDuplicates()
                .contains("unused", "unused_2", "count_ones_4", "count_ones_4_2", "words_write_address_sum");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = VerilogEmitterTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A table of the primes below 8, and the squares of 0 to 4. */
    private static final class Tables extends Module {
        final UInt number = input(3);
        final Bool prime = output();
        final UInt square = output(5);
        final Rom primes = rom(1, new long[] {0, 0, 1, 1, 0, 1, 0, 1}, Style.LOGIC);
        final Rom squares = rom(5, new long[] {0, 1, 4, 9, 16}, Style.LOGIC);

        Tables() {
            prime.set(primes.read(number).bit(0));
            square.set(squares.read(number));
        }
    }

    @Test
    void truthTablesAreConstantsLaidOutAsMemories() {
        VerilogFiles files = VerilogEmitter.emit(Design.of(new Tables()));
        assertThat(files.files()).containsOnlyKeys("tables.v");
        // The primes are 2, 3, 5 and 7: bits of 172. Squares of 5 bits, from the top: 16, 9, 4, 1, 0.
        assertThat(files.text("tables.v"))
                .contains("""
                            integer word;
                            localparam [7:0] primes_words = 8'd172;
                            reg primes [0:7];
                            initial for (word = 0; word < 8; word = word + 1) primes[word] = primes_words[word];
                            localparam [39:0] squares_words = 40'h1049020;
                            reg [4:0] squares [0:7];
                            initial for (word = 0; word < 8; word = word + 1) squares[word] = squares_words[5 * word +: 5];
                        """, "assign prime = primes[number];", "assign square = squares[number];");
        assertThat(Long.toHexString(16 << 20 | 9 << 15 | 4 << 10 | 1 << 5)).isEqualTo("1049020");
    }

    /** Its first output is in a list and in a field. */
    private static final class Listed extends Module {
        final List<UInt> all = List.of(output(1), output(1));
        final UInt first = all.getFirst();

        Listed() {
            all.forEach(output -> output.set(1));
        }
    }

    @Test
    void aFieldOfItsOwnNamesASignalBeforeAListDoes() {
        assertThat(VerilogEmitter.emit(Design.of(new Listed())).text("listed.v"))
                .contains("output wire first,\n    output wire all_1\n");
    }

    /** A count of one bit is that bit. */
    private static final class Folded extends Module {
        final Bool out = output();

        Folded() {
            Bool state = reg(false).named("state");
            state.set(state.not());
            out.set(state.countOnes().named("ones").bit(0));
        }
    }

    @Test
    void whatFoldsToASignalLeavesItItsName() {
        assertThat(VerilogEmitter.emit(Design.of(new Folded())).text("folded.v"))
                .contains("reg state = 1'b0;")
                .doesNotContain("ones");
    }
}
