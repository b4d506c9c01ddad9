/** How fast training is: kernels beside the machine's peak, and a GDNSQ step beside the same step in libtorch. */
package narrowband.benchmarks.training;
