package narrowband.training.tornado;

/** The kernels, by what they do; a task is one of them with a record in the table. */
enum Kernel {
    CONVOLVE(ConvolutionKernels::convolve),
    INPUT_GRADIENT(ConvolutionKernels::inputGradient),
    WEIGHT_GRADIENT(ConvolutionKernels::weightGradient),
    SUM_SLICES(ConvolutionKernels::sumSlices),
    BIAS_GRADIENT(ConvolutionKernels::biasGradient),
    DEPTHWISE(DepthwiseKernels::convolve),
    DEPTHWISE_INPUT_GRADIENT(DepthwiseKernels::inputGradient),
    DEPTHWISE_WEIGHT_GRADIENT(DepthwiseKernels::weightGradient),
    TAKE_GRIDS(GridKernels::take),
    GRID_SUMS(GridKernels::sumChunks),
    GRID_GRADIENT(GridKernels::gradient),
    ROUND_WEIGHTS(WeightKernels::round),
    ROUND_BIAS(WeightKernels::roundBias),
    WEIGHTS_GRADIENT(WeightKernels::gradient),
    CHANNELS_GRADIENT(WeightKernels::channelGradient),
    LAYERS_GRADIENT(WeightKernels::layerGradient),
    NORM_SUMS(NormKernels::sum),
    NORM_STATISTICS(NormKernels::statistics),
    NORM_RECALL(NormKernels::recall),
    NORM_GRADIENT(NormKernels::gradient),
    NORM_INPUT_GRADIENT(NormKernels::inputGradient),
    ACTIVATE(ActivationKernels::apply),
    ACTIVATION_GRADIENT(ActivationKernels::gradient),
    MAXIMUM(PoolKernels::maximum),
    MAXIMUM_GRADIENT(PoolKernels::maximumGradient),
    AVERAGE(PoolKernels::average),
    AVERAGE_GRADIENT(PoolKernels::averageGradient),
    SHORTCUT(PoolKernels::shortcut),
    SHORTCUT_GRADIENT(PoolKernels::shortcutGradient),
    LOSS(LossKernels::loss),
    TAKE_WIDTHS(UpdateKernels::takeWidths),
    GIVE_WIDTHS(UpdateKernels::giveWidths),
    ADD_PENALTY(UpdateKernels::addPenalty),
    UPDATE(UpdateKernels::update),
    /** From the pixels that came in to the memory. */
    PIXELS((_, _, _, _, _) -> {}),
    /** From the numbers that came in to the memory. */
    INPUTS((_, _, _, _, _) -> {}),
    /** From the memory to what a step gives out. */
    OUTCOME((_, _, _, _, _) -> {}),
    /** From the memory to the scores that are given out. */
    SCORES((_, _, _, _, _) -> {});

    /** A kernel's parameters: its arrays, the place of its record in the table, and its threads. */
    interface Body {
        void run(float[] state, float[] memory, int[] table, int at, int count);
    }

    private final Body body;

    Kernel(Body body) {
        this.body = body;
    }

    /** Runs all threads one after the other on the JVM: what the kernel means. */
    void run(Buffers buffers, int at, int count) {
        switch (this) {
            case PIXELS -> UpdateKernels.pixels(buffers.pixels(), buffers.memory(), at, count);
            case INPUTS -> UpdateKernels.inputs(buffers.inputs(), buffers.memory(), at, count);
            case OUTCOME -> UpdateKernels.outputs(buffers.memory(), buffers.outcome(), at, count);
            case SCORES -> UpdateKernels.outputs(buffers.memory(), buffers.scores(), at, count);
            default -> body.run(buffers.state(), buffers.memory(), buffers.table(), at, count);
        }
    }
}
