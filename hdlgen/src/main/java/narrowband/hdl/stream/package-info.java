/**
 * Ready-made modules between streams of any {@link narrowband.hdl.Value}. Each one's description says its timing contract: how many cycles a word takes at least
 * (latency), how many words pass per cycle at most (throughput), and which outputs depend on which inputs within a cycle (paths). {@code valid} never depends on
 * {@code ready} within a cycle, in none of them, so that no chain of them closes a combinational loop.
 *
 * <p>A class may be extended to watch what is inside; its tests do so to prove it.
 */
package narrowband.hdl.stream;
