package narrowband.training.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import narrowband.accel.InvalidInputException;

/**
 * Reads a pickle (Python's {@code pickletools}, protocols 0x80 2 to 5) of dictionaries, lists, numbers, strings and tensors.
 * Pickles can call any function of Python; here the few that PyTorch's tensors need are known, all others are refused.
 */
final class Unpickler {
    /** A block of numbers in the file. */
    record Storage(String key, ElementType type) {}

    /** A view of a storage, before its numbers are read; offset and strides in numbers. */
    record StoredTensor(Storage storage, long offset, List<Integer> shape, List<Integer> strides) {}

    /** A function or class that the pickle names. */
    private record Global(String name) {}

    /** Where {@code MARK} stands on the stack. */
    private enum Mark {
        MARK
    }

    private static final Object NONE = Optional.empty();

    private final ByteBuffer in;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Integer, Object> memo = new HashMap<>();
    private final Map<String, ElementType> storageTypes = new HashMap<>();

    Unpickler(ByteBuffer in) {
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The types of all storages that were named, by key. */
    Map<String, ElementType> storageTypes() {
        return storageTypes;
    }

    /**
     * The object; {@code None} is an empty {@code Optional}, tuples and lists are lists, integers are {@code Long} or
     * {@code BigInteger}.
     *
     * @throws InvalidInputException if the pickle calls what is not known
     */
    Object load() throws IOException {
        try {
            while (true) {
                int code = in.get() & 0xff;
                if (code == '.') {
                    return stack.pop();
                }
                step(code);
            }
        } catch (ClassCastException | NoSuchElementException e) {
            throw new IOException("its pickle makes no sense", e);
        }
    }

    private void step(int code) throws IOException {
        switch (code) {
            case 0x80 -> in.get();
            case 0x95 -> in.getLong();
            case '(' -> stack.push(Mark.MARK);
            case '0' -> stack.pop();
            case 'N' -> stack.push(NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'J' -> stack.push((long) in.getInt());
            case 'K' -> stack.push((long) (in.get() & 0xff));
            case 'M' -> stack.push((long) (in.getShort() & 0xffff));
            case 0x8a -> stack.push(integer(in.get() & 0xff));
            case 'G' -> stack.push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
            case 'X', 'T' -> stack.push(text(in.getInt()));
            case 0x8c, 'U' -> stack.push(text(in.get() & 0xff));
            case 0x8d -> stack.push(text(Math.toIntExact(in.getLong())));
            case '}' -> stack.push(new LinkedHashMap<>());
            case ']' -> stack.push(new ArrayList<>());
            case ')' -> stack.push(List.of());
            case 't' -> stack.push(toMark());
            case 0x85 -> stack.push(last(1));
            case 0x86 -> stack.push(last(2));
            case 0x87 -> stack.push(last(3));
            case 'a' -> append(last(1));
            case 'e' -> append(toMark());
            case 's' -> put(last(2));
            case 'u' -> put(toMark());
            case 'q' -> memo.put(in.get() & 0xff, stack.peek());
            case 'r' -> memo.put(in.getInt(), stack.peek());
            case 0x94 -> memo.put(memo.size(), stack.peek());
            case 'h' -> recall(in.get() & 0xff);
            case 'j' -> recall(in.getInt());
            case 'c' -> stack.push(new Global(line() + "." + line()));
            case 0x93 -> {
                List<Object> names = last(2);
                stack.push(new Global(names.get(0) + "." + names.get(1)));
            }
            case 'Q' -> stack.push(storage((List<?>) stack.pop()));
            case 'R' -> {
                List<Object> call = last(2);
                stack.push(call((Global) call.get(0), (List<?>) call.get(1)));
            }
            case 'b' -> build(stack.pop());
            default -> throw new IOException("its pickle has the operation 0x%02x, which is not known".formatted(code));
        }
    }

    private List<Object> last(int count) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.addFirst(stack.pop());
        }
        return values;
    }

    private List<Object> toMark() {
        List<Object> values = new ArrayList<>();
        for (Object value = stack.pop(); value != Mark.MARK; value = stack.pop()) {
            values.add(value);
        }
        return values.reversed();
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> values) {
        ((List<Object>) stack.element()).addAll(values);
    }

    @SuppressWarnings("unchecked")
    private void put(List<Object> pairs) {
        Map<Object, Object> map = (Map<Object, Object>) stack.element();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            map.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    private void recall(int key) throws IOException {
        Object value = memo.get(key);
        if (value == null) {
            throw new IOException("its pickle recalls what it never stored");
        }
        stack.push(value);
    }

    private Object integer(int bytes) {
        byte[] value = new byte[bytes];
        in.get(value);
        for (int i = 0; i < bytes / 2; i++) {
            byte swapped = value[i];
            value[i] = value[bytes - 1 - i];
            value[bytes - 1 - i] = swapped;
        }
        BigInteger integer = bytes == 0 ? BigInteger.ZERO : new BigInteger(value);
        return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer;
    }

    private String text(int bytes) throws IOException {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new IOException("a text in its pickle is not whole");
        }
        byte[] text = new byte[bytes];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int c = in.get(); c != '\n'; c = in.get()) {
            line.append((char) c);
        }
        return line.toString();
    }

    /** {@code ("storage", type, key, location, size, ...)}. */
    private Storage storage(List<?> id) throws IOException {
        Object view = id.size() > 5 ? id.get(5) : NONE;
        if (id.size() < 5 || !"storage".equals(id.get(0)) || view != NONE) {
            throw new IOException("it refers to %s, which is not a plain storage".formatted(id.getFirst()));
        }
        String type = ((Global) id.get(1)).name;
        Storage storage = new Storage(
                (String) id.get(2),
                ElementType.ofStorage(type)
                        .orElseThrow(
                                () -> new IOException("it holds numbers of type " + type + ", which is not known")));
        storageTypes.put(storage.key, storage.type);
        return storage;
    }

    private static Object call(Global function, List<?> arguments) {
        return switch (function.name) {
            case "collections.OrderedDict" -> new LinkedHashMap<>();
            case "torch.Size" -> arguments.getFirst();
            case "torch._utils._rebuild_parameter" -> arguments.getFirst();
            case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
                new StoredTensor(
                        (Storage) arguments.get(0),
                        (Long) arguments.get(1),
                        integers((List<?>) arguments.get(2)),
                        integers((List<?>) arguments.get(3)));
            default ->
                throw new InvalidInputException(
                        "The file of weights calls the function %s. Files of weights may hold tensors only, not code; save the state_dict alone, or as safetensors."
                                .formatted(function.name));
        };
    }

    private static List<Integer> integers(List<?> values) {
        return values.stream().map(value -> Math.toIntExact((Long) value)).toList();
    }

    /** Attributes that a dictionary carries beside its entries; they are of no use here. */
    private void build(Object state) throws IOException {
        if (!(stack.element() instanceof Map)) {
            throw new IOException("it sets attributes of what is not a dictionary: " + state);
        }
    }
}
