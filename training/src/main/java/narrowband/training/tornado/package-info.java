/**
 * Training on a GPU: the whole step of {@link narrowband.training.device.Session} as kernels that TornadoVM compiles. The only
 * package that knows TornadoVM, and in it only {@code TornadoMachine} and {@code TornadoDevice} use its classes; they are loaded after
 * {@link narrowband.training.tornado.TornadoInstallation} has found a device. Kernels are plain static methods, of which TornadoVM needs
 * the annotation {@code @Parallel} alone: tests run them as Java. We use no class of TornadoVM that its authors compiled as a preview, so
 * that the package is compiled like any other, in the module that owns it, and needs no flag.
 *
 * <h2>Memory</h2>
 *
 * Three buffers live on the device (see {@code Buffers}). <i>state</i>: what outlives a step, in one array: parameters, statistics of
 * batch norm, both moments, the rates, then the teacher's parameters and statistics. <i>memory</i>: what a step computes: tensors
 * {@code [N, H, W, C]} as on the JVM, their gradients, rounded weights in both orders, grids, folded norms, partial sums, the gradients
 * of all parameters. <i>table</i>: the tasks' records. TornadoVM knows no views of an array, so that places are offsets; {@code Arena}
 * hands them out, and takes back what is no longer read. Scalar arguments and array lengths are constants to TornadoVM's compiler,
 * and it unrolls loops of constant length; hence shapes and loop bounds come from the table, and only a record's place and
 * the number of threads are arguments.
 *
 * <h2>A step</h2>
 *
 * Up go the pixels (bytes), the labels, four numbers (the batch's weight in running statistics, the rate over the correction of the first
 * moments, the rectification, the weight of the labels), the widths, which the trainer keeps in their range, and the penalty's gradient
 * for them, which the host computes from the widths alone. Down come a loss and a success for each image, and the widths. All else comes
 * back when {@link narrowband.training.device.Session#synchronise} asks: after an epoch, and on Ctrl-C.
 *
 * <p>Fused: all grids in one task; all weights rounded in one; batch norm or an addition with the activation behind it, forwards in one
 * task after two for the statistics, backwards in three with all their sums; all straight-through gradients of weights in three; all
 * gradients of grids in two; loss, its gradient and the success of an image in one; RAdam in one. A convolution with norm and activation is
 * 4 tasks forwards and 6 backwards, 2 in the teacher. Graphs hold at most 80 tasks each; a program is cut into as many as it
 * needs, all of one plan, and each takes the three buffers from the graph that ran before it.
 *
 * <h2>Order</h2>
 *
 * No kernel adds atomically. Sums over pixels are made by one thread for each chunk and channel, then by one thread for each
 * channel over the chunks in their order, in double; gradients of inputs are gathered; a tensor with several readers gets its gradient from one
 * task after the other. The chunks depend on the shapes only. So the same seed gives the same bits on the same device; on another one,
 * or on the JVM, sums are rounded in another order.
 *
 * <h2>Traps of TornadoVM 5.2 that kernels avoid</h2>
 *
 * {@code Math.floor} and {@code Math.fma} do not compile; {@code >>>} of what may be negative is wrong, and so is a mask of 255 on a byte;
 * a kernel named like a function of OpenCL ({@code round}) is not found; loops in both branches of an {@code if} give wrong values;
 * {@code continue} and {@code break} in a loop of constant length may never end. A test reads the kernels' bytecode for those that can be seen
 * there.
 */
package narrowband.training.tornado;
