/** JMH benchmarks; {@code ./benchmark} runs them, and {@code tests/BENCHMARKS.md} keeps the figures. */
package narrowband.benchmarks;
