/**
 * The integer network: an immutable graph of layers whose tensors are integer codes, the reference that evaluates it
 * with integers only, and its file format. No floating-point number takes part in a result; the scales that tensors carry
 * only tell a reader what a code is worth.
 */
package narrowband.accel.network;
