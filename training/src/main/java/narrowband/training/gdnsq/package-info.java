/**
 * Gradual Differentiable Noise Scale Quantisation (Salishev, Akhremchik; arXiv 2508.14004) in the integer-friendly form:
 * where quantisers stand in a graph, their grids and straight-through gradients, the budget and the exterior-point penalty
 * that make widths fall, the Jeffreys distillation, RAdam, and the step to integer widths.
 */
package narrowband.training.gdnsq;
