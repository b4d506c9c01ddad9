package narrowband.training.tornado;

/**
 * A kernel at work.
 *
 * @param at its record in the table; for the kernels that bring numbers in or out, the place in memory
 * @param count its threads
 * @param subject the layer, and its shape where that helps
 */
record Task(Kernel kernel, int at, int count, String subject) {}
