package narrowband.hdlgen.unit;

import narrowband.accel.design.EnginePass;
import narrowband.accel.design.EnginePass.Head;
import narrowband.accel.design.EnginePass.Operand;

/**
 * How an address of a shared engine moves when one of the nested loops goes on and all those within it start again: a
 * difference for each loop, so that the hardware only adds.
 *
 * @param channel from one group of channels to the next
 * @param column kernel column
 * @param row kernel row
 * @param pair pair of planes
 * @param x output column
 * @param y output row
 * @param tile group of output channels
 */
record EngineAddresses(long channel, long column, long row, long pair, long x, long y, long tile) {
    /** The loops, from the innermost out. */
    static final int LOOPS = 7;

    long step(int loop) {
        return switch (loop) {
            case 0 -> channel;
            case 1 -> column;
            case 2 -> row;
            case 3 -> pair;
            case 4 -> x;
            case 5 -> y;
            case 6 -> tile;
            default -> throw new IllegalArgumentException("there is no loop " + loop);
        };
    }

    /** Of the words of an operand. */
    static EngineAddresses words(EnginePass pass, Operand operand) {
        long group = operand.planes();
        long column = group * operand.groups();
        long row = column * operand.width();
        boolean adds = pass.right().isPresent();
        int stride = pass.window().stride();
        return of(
                pass,
                group,
                adds ? 0 : column,
                row,
                stride * column,
                stride * row,
                pass.head() == Head.PRODUCT ? 0 : group);
    }

    /** Of the row of the input that a tap lies in. */
    static EngineAddresses rows(EnginePass pass) {
        return isPadded(pass) ? of(pass, 0, 0, 1, 0, pass.window().stride(), 0) : NONE;
    }

    /** Of the column of the input that a tap lies in. */
    static EngineAddresses columns(EnginePass pass) {
        return isPadded(pass) ? of(pass, 0, 1, 0, pass.window().stride(), 0, 0) : NONE;
    }

    static final EngineAddresses NONE = new EngineAddresses(0, 0, 0, 0, 0, 0, 0);

    static boolean isPadded(EnginePass pass) {
        return !pass.streamed() && pass.window().padding() > 0;
    }

    /** The first word of the first window, which padding may put before the operand. */
    static long start(EnginePass pass, Operand operand) {
        long column = (long) operand.planes() * operand.groups();
        return operand.address() - pass.window().padding() * column * (operand.width() + 1L);
    }

    /** Turns of the loop over kernel columns; those of an addition are its operands. */
    static int kernelColumns(EnginePass pass) {
        return pass.right().isPresent() ? 2 : pass.window().kernelWidth();
    }

    private static EngineAddresses of(EnginePass pass, long channel, long column, long row, long x, long y, long tile) {
        long channels = channel * (pass.channelGroups() - 1);
        long columns = channels + column * (kernelColumns(pass) - 1);
        long rows = columns + row * (pass.window().kernelHeight() - 1);
        long xs = rows + x * (pass.window().width() - 1);
        long ys = xs + y * (pass.window().height() - 1);
        // A maximum takes all planes of a tap before it goes on to the next.
        long pair = pass.head() == Head.MAXIMUM ? 0 : -rows;
        return new EngineAddresses(channel, column - channels, row - columns, pair, x - rows, y - xs, tile - ys);
    }
}
