/**
 * Training on a GPU: the whole step of {@link narrowband.training.device.Session} as kernels that TornadoVM compiles. The only
 * package that knows TornadoVM, and in it only {@code TornadoMachine}, {@code DeviceTasks}, {@code TornadoDevice} and the tiled kernels use its classes; they
 * are loaded after {@link narrowband.training.tornado.TornadoInstallation} has found a device. Other kernels are plain static methods, of which TornadoVM needs
 * the annotation {@code @Parallel} alone: tests run them as Java. We use no class of TornadoVM that its authors compiled as a preview, so
 * that the package is compiled like any other, in the module that owns it, and needs no flag.
 *
 * <h2>Memory</h2>
 *
 * Three buffers live on the device (see {@code Buffers}). <i>state</i>: what outlives a step, in one array: parameters, statistics of
 * batch norm, both moments, the rates. <i>memory</i>: what a step computes: tensors {@code [N, H, W, C]} as on the JVM, their gradients,
 * rounded weights in both orders, grids, folded norms, partial sums, the gradients of all parameters; the teacher's weights and
 * folded norms are put there once, by the host. <i>table</i>: the tasks' records. TornadoVM knows no views of an array, so that places are
 * offsets; {@code Arena} hands them out, and takes back what is no longer read. Scalar arguments and array lengths are constants to
 * TornadoVM's compiler, and it unrolls loops of constant length; hence shapes and loop bounds come from the table, and only a record's
 * place and the number of threads are arguments.
 *
 * <h2>A step</h2>
 *
 * Up go the pixels (bytes), the labels, six numbers (the batch's weight in running statistics, the rate over the correction of the first
 * moments, the rectification, the weight of the labels, and two factors of a descent with momentum), five that say how noise is tossed, the widths, which the trainer keeps in their
 * range, and the penalty's gradient for them, which the host computes from the widths alone. Down come a loss and a success for each image, and the widths. All else comes
 * back when {@link narrowband.training.device.Session#synchronise} asks: after an epoch, and on Ctrl-C.
 *
 * <p>A launch costs microseconds of the host, so that there are few. Fused: what comes in, with all grids (where those of weights depend on the weights, two launches more); all weights and biases rounded; a norm, its
 * activation, an addition and the activation of the sum ({@code ValueChain}), with the second half of the statistics before them;
 * backwards the same with all their sums, and the norm's gradient with the second half of those; loss, its gradient and the success of an
 * image; all straight-through gradients, then all channels of all grids, then all widths; RAdam. Layers that do not wait for each other share a
 * launch ({@code Work}): the teacher's with the student's, and the weights' gradients of all layers at the end, for which the
 * gradients of all convolutions' outputs are kept. A convolution with norm and activation is 3 tasks forwards and 3 backwards, none in
 * the teacher. Graphs hold at most 80 tasks each; a program is cut into as many as it needs, all of one plan, and each takes the three buffers
 * from the graph that ran before it. With the CUDA backend, CUDA records each and replays it, but for those with which something comes in or goes out.
 *
 * <p>On a GPU convolutions use local memory ({@code TiledKernels}), and leave the sums that a norm behind them asks for: 2 tasks forwards, and one that folds the
 * sums where there are many. Such a kernel cannot run as plain Java; what it means is the plain one, which also runs wherever the device is no GPU.
 * {@code Execution} has the choices; among them is one kernel in CUDA C, for INT8 tensor cores ({@code IntegerConvolution}).
 *
 * <h2>Order</h2>
 *
 * No kernel adds atomically. Sums over pixels are made by one thread for each chunk and channel, then by each thread that needs them, over
 * the chunks in their order, in double; gradients of inputs are gathered; a tensor with several readers gets its gradient from one
 * task after the other. The chunks depend on the shapes only. So the same seed gives the same bits on the same device; on another one,
 * or on the JVM, sums are rounded in another order.
 *
 * <h2>Traps of TornadoVM 5.2 that kernels avoid</h2>
 *
 * {@code Math.floor} and {@code Math.fma} do not compile; {@code >>>} of what may be negative is wrong, and so is a mask of 255 on a byte;
 * a kernel named like a function of OpenCL ({@code round}) is not found; loops in both branches of an {@code if} give wrong values;
 * {@code continue} and {@code break} in a loop of constant length may never end; a negative number over a power of two is wrong ({@code >>>} is in it), and so is
 * {@code x >= 0 && x < C} for a constant {@code C} where {@code x} is negative; arrays in a kernel do not begin as 0; a cast of a float to a long
 * does not reach beyond an int; a byte put into an array of ints writes one byte; {@code Math.min} and {@code max} lose what is no number; {@code Math.abs} of an
 * int and {@code %} of floats do not compile. A test reads the kernels' bytecode for those that can be seen there. And of TornadoVM around them: it runs the first task's code
 * in the place of a prebuilt task's; it clears as many events as its settings allow before each graph; it gives blocks of CUDA a divisor of the
 * threads up to 1,024, whatever that is, and goes on where the device refuses them. {@code TornadoMachine}, {@code DeviceTasks} and the launcher's flags deal with these.
 */
package narrowband.training.tornado;
