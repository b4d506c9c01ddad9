/**
 * The loops that training spends its time in, over flat {@code float} arrays in {@code [N, H, W, C]} order: first as plain
 * Java, which is their meaning, then with the Vector API. They know shapes and numbers, not networks.
 */
package narrowband.training.kernels;
