package narrowband.training.tornado;

/** The kernels, by what they do; a task is one of them with a record in the table. */
enum Kernel {
    CONVOLVE(ConvolutionKernels::convolve),
    INPUT_GRADIENT(ConvolutionKernels::convolutionInputGradient),
    WEIGHT_GRADIENT(WeightGradientKernels::convolutionWeightGradient),
    SUM_SLICES(WeightGradientKernels::sumSlices),
    BIAS_GRADIENT(WeightGradientKernels::biasGradient),
    DEPTHWISE(DepthwiseKernels::convolveDepthwise),
    DEPTHWISE_INPUT_GRADIENT(DepthwiseKernels::depthwiseInputGradient),
    DEPTHWISE_WEIGHT_GRADIENT(DepthwiseKernels::depthwiseWeightGradient),
    TAKE_GRIDS(GridKernels::takeGrids),
    GRID_SUMS(GridKernels::sumGridChunks),
    GRID_GRADIENT(GridKernels::gridGradient),
    ROUND_WEIGHTS(WeightKernels::roundWeights),
    ROUND_BIAS(WeightKernels::roundBias),
    WEIGHTS_GRADIENT(WeightKernels::weightsGradient),
    CHANNELS_GRADIENT(WeightKernels::channelsGradient),
    LAYERS_GRADIENT(WeightKernels::layersGradient),
    NORM_SUMS(NormKernels::sumChannels),
    NORM_STATISTICS(NormKernels::takeStatistics),
    NORM_RECALL(NormKernels::recallStatistics),
    NORM_GRADIENT(NormKernels::normGradient),
    NORM_INPUT_GRADIENT(NormKernels::normInputGradient),
    ACTIVATE(ActivationKernels::activate),
    ACTIVATION_GRADIENT(ActivationKernels::activationGradient),
    MAXIMUM(PoolKernels::poolMaximum),
    MAXIMUM_GRADIENT(PoolKernels::poolMaximumGradient),
    AVERAGE(PoolKernels::poolAverage),
    AVERAGE_GRADIENT(PoolKernels::poolAverageGradient),
    SHORTCUT(PoolKernels::shortcut),
    SHORTCUT_GRADIENT(PoolKernels::shortcutGradient),
    LOSS(LossKernels::imageLoss),
    TAKE_WIDTHS(UpdateKernels::takeWidths),
    GIVE_WIDTHS(UpdateKernels::giveWidths),
    ADD_PENALTY(UpdateKernels::addPenalty),
    UPDATE(UpdateKernels::updateParameters),
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
            case PIXELS -> UpdateKernels.takePixels(buffers.pixels(), buffers.memory(), at, count);
            case INPUTS -> UpdateKernels.takeInputs(buffers.inputs(), buffers.memory(), at, count);
            case OUTCOME -> UpdateKernels.giveOutputs(buffers.memory(), buffers.outcome(), at, count);
            case SCORES -> UpdateKernels.giveOutputs(buffers.memory(), buffers.scores(), at, count);
            default -> body.run(buffers.state(), buffers.memory(), buffers.table(), at, count);
        }
    }
}
