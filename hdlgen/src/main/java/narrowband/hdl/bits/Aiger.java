package narrowband.hdl.bits;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The binary AIGER format (Biere, "The AIGER And-Inverter Graph Format", 2007), which ABC and model checkers read. All latches start as 0, as that format demands; one that
 * starts as 1 is written inverted.
 */
public final class Aiger {
    private final AndInverterGraph graph;
    private final int[] numbers;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Aiger(AndInverterGraph graph) {
        this.graph = graph;
        this.numbers = new int[graph.variables()];
    }

    /** The graph as an AIGER file with names. */
    public static byte[] of(AndInverterGraph graph) {
        return new Aiger(graph).file();
    }

    private byte[] file() {
        List<AndInverterGraph.Port> inputs = graph.inputs();
        List<AndInverterGraph.Latch> latches = graph.latches();
        List<AndInverterGraph.Port> outputs = graph.outputs();
        int last = 0;
        for (AndInverterGraph.Port input : inputs) {
            numbers[input.literal() >>> 1] = 2 * ++last;
        }
        for (AndInverterGraph.Latch latch : latches) {
            numbers[latch.literal() >>> 1] = 2 * ++last + (latch.initial() ? 1 : 0);
        }
        int firstGate = last + 1;
        for (int variable = 0; variable < graph.variables(); variable++) {
            if (graph.isGate(variable)) {
                numbers[variable] = 2 * ++last;
            }
        }
        print("aig " + last + " " + inputs.size() + " " + latches.size() + " " + outputs.size() + " "
                + (last - firstGate + 1) + "\n");
        latches.forEach(latch -> print(number(latch.next(), latch.initial()) + "\n"));
        outputs.forEach(output -> print(number(output.literal(), false) + "\n"));
        for (int variable = 0; variable < graph.variables(); variable++) {
            if (graph.isGate(variable)) {
                gate(variable);
            }
        }
        for (int i = 0; i < inputs.size(); i++) {
            print("i" + i + " " + inputs.get(i).name() + "\n");
        }
        for (int i = 0; i < latches.size(); i++) {
            print("l" + i + " " + latches.get(i).name() + "\n");
        }
        for (int i = 0; i < outputs.size(); i++) {
            print("o" + i + " " + outputs.get(i).name() + "\n");
        }
        return bytes.toByteArray();
    }

    /** The file's literal for the graph's; the value of a latch that is written inverted is inverted back wherever it is read. */
    private int number(int literal, boolean inverted) {
        return numbers[literal >>> 1] ^ (literal & 1) ^ (inverted ? 1 : 0);
    }

    private void gate(int variable) {
        int left = number(graph.first(variable), false);
        int right = number(graph.second(variable), false);
        delta(numbers[variable] - Math.max(left, right));
        delta(Math.max(left, right) - Math.min(left, right));
    }

    /** Seven bits a byte, the lowest first. */
    private void delta(int difference) {
        int rest = difference;
        while (rest > 0x7f) {
            bytes.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        bytes.write(rest);
    }

    private void print(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
