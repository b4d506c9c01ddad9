package narrowband.hdl.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import narrowband.hdl.Design;
import narrowband.hdl.UInt;
import narrowband.hdl.ir.MemoryBlock.Style;
import narrowband.hdl.simulation.Simulator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FifoTest {
    private static final int CYCLES = 2000;

    @ParameterizedTest
    @CsvSource({
        "1, DISTRIBUTED",
        "2, DISTRIBUTED",
        "3, DISTRIBUTED",
        "4, DISTRIBUTED",
        "17, AUTO",
        "2, BLOCK",
        "3, BLOCK",
        "4, BLOCK",
        "65, BLOCK"
    })
    void everyDepthAndStyleBehavesAsTheQueueUnderRandomStalls(int depth, Style style) {
        for (int stall : new int[] {0, 20, 50, 90}) {
            Fifo<UInt> fifo = Fifo.of(9, depth, style);
            Simulator simulator = Simulator.of(Design.of(fifo));
            Deque<Integer> queue = new ArrayDeque<>();
            Random random = new Random(depth * 1000L + stall);
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                boolean filling = cycle / 200 % 2 == 0;
                boolean offer = random.nextInt(100) >= (filling ? stall / 4 : stall);
                boolean take = random.nextInt(100) >= (filling ? stall : stall / 4);
                int word = random.nextInt(512);
                simulator.poke(fifo.in.valid, offer ? 1 : 0);
                simulator.poke(fifo.in.data, word);
                simulator.poke(fifo.out.ready, take ? 1 : 0);
                String where = "depth %d %s, stall %d%%, cycle %d".formatted(depth, style, stall, cycle);
                boolean accepts = queue.size() < depth;
                boolean offers = !queue.isEmpty();
                assertThat(simulator.peek(fifo.in.ready) == 1).as(where).isEqualTo(accepts);
                assertThat(simulator.peek(fifo.out.valid) == 1).as(where).isEqualTo(offers);
                if (offers) {
                    assertThat(simulator.peek(fifo.out.data))
                            .as(where)
                            .isEqualTo(queue.peek().longValue());
                }
                simulator.step();
                if (offers && take) {
                    queue.remove();
                }
                if (accepts && offer) {
                    queue.add(word);
                }
            }
        }
    }
}
