/**
 * Networks that others made, from ONNX files: reading such a file, and its graph as a {@link narrowband.training.net.Graph} with its
 * parameters. No network is recognised here: operator by operator becomes a layer, or is refused with its name. Of all packages
 * this one alone knows protocol buffers, which are loaded when a file is read and not before.
 */
package narrowband.training.onnx;
