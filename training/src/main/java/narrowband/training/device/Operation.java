package narrowband.training.device;

/** How one layer is computed on the JVM: the work that it puts into the programs of a network. */
interface Operation {
    /** Adds the forward pass as it runs in training. */
    void forward(Program.Builder program);

    /** Adds the forward pass of the finished network; most layers know no difference. */
    default void evaluate(Program.Builder program) {
        forward(program);
    }

    /** Adds the backward pass: from the gradient of the layer's tensor to those of its inputs and parameters. */
    void backward(Program.Builder program);
}
