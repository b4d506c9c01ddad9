/**
 * Weights of networks that were trained elsewhere: files of named tensors (safetensors, PyTorch), and how their names are
 * matched with the layers of a {@link narrowband.training.net.Graph}. Files hold data, never code: a pickle that names
 * anything but tensors is refused.
 */
package narrowband.training.weights;
