package narrowband.training.tornado;

/** The kernels, by what they do; a task is one of them with a record in the table. */
enum Kernel {
    CONVOLVE(ConvolutionKernels::convolve),
    INPUT_GRADIENT(ConvolutionKernels::convolutionInputGradient),
    WEIGHT_GRADIENT(WeightGradientKernels::convolutionWeightGradient),
    SUM_SLICES(WeightGradientKernels::sumSlices),
    DEPTHWISE(DepthwiseKernels::convolveDepthwise),
    DEPTHWISE_INPUT_GRADIENT(DepthwiseKernels::depthwiseInputGradient),
    DEPTHWISE_WEIGHT_GRADIENT(DepthwiseKernels::depthwiseWeightGradient),
    BLOCK_ENDS(WeightGridKernels::findBlockEnds),
    WEIGHT_GRIDS(WeightGridKernels::takeWeightGrids),
    ROUND_WEIGHTS(WeightKernels::roundWeights),
    WEIGHTS_GRADIENT(WeightKernels::weightsGradient),
    CHANNELS_GRADIENT(GridKernels::channelsGradient),
    WIDTHS_GRADIENT(GridKernels::widthsGradient),
    NORM_SUMS(NormKernels::sumChannels),
    FOLD_SUMS(NormKernels::foldSums),
    NORM_RECALL(NormKernels::recallStatistics),
    NORM_GRADIENT(NormKernels::normGradient),
    ACTIVATE(ActivationKernels::activate),
    ACTIVATION_GRADIENT(ActivationKernels::activationGradient),
    MAXIMUM(PoolKernels::poolMaximum),
    MAXIMUM_GRADIENT(PoolKernels::poolMaximumGradient),
    AVERAGE(PoolKernels::poolAverage),
    AVERAGE_GRADIENT(PoolKernels::poolAverageGradient),
    SHORTCUT(PoolKernels::shortcut),
    SHORTCUT_GRADIENT(PoolKernels::shortcutGradient),
    LOSS(LossKernels::imageLoss),
    UPDATE(UpdateKernels::updateParameters),
    /** What {@link #CONVOLVE} does, with local memory; likewise the next three, the first of them on INT8 tensor cores. */
    TILED_CONVOLVE((_, _, _, _, _) -> {}),
    INTEGER_CONVOLVE((_, _, _, _, _) -> {}),
    TILED_INPUT_GRADIENT((_, _, _, _, _) -> {}),
    TILED_WEIGHT_GRADIENT((_, _, _, _, _) -> {}),
    /** From what came in to the memory. */
    BEGIN((_, _, _, _, _) -> {}),
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

    /** Whether it runs in groups of {@link Work#BLOCK} threads with local memory. */
    boolean isTiled() {
        return switch (this) {
            case TILED_CONVOLVE, INTEGER_CONVOLVE, TILED_INPUT_GRADIENT, TILED_WEIGHT_GRADIENT -> true;
            default -> false;
        };
    }

    /** Runs all threads one after the other on the JVM: what the kernel means. */
    void run(Buffers buffers, int at, int count) {
        switch (this) {
            case BEGIN ->
                UpdateKernels.takeStep(
                        buffers.pixels(),
                        buffers.inputs(),
                        buffers.state(),
                        buffers.memory(),
                        buffers.table(),
                        at,
                        count);
            case OUTCOME ->
                UpdateKernels.giveOutcome(
                        buffers.state(), buffers.memory(), buffers.table(), buffers.outcome(), at, count);
            case SCORES -> UpdateKernels.giveScores(buffers.memory(), buffers.scores(), at, count);
            case TILED_CONVOLVE, INTEGER_CONVOLVE, TILED_INPUT_GRADIENT, TILED_WEIGHT_GRADIENT -> {
                for (Work work : Tiling.plain(this, buffers.table(), at, count)) {
                    Table table = new Table();
                    Task plain = work.task(table);
                    plain.kernel()
                            .body
                            .run(buffers.state(), buffers.memory(), table.toArray(), plain.at(), plain.count());
                }
            }
            default -> body.run(buffers.state(), buffers.memory(), buffers.table(), at, count);
        }
    }
}
