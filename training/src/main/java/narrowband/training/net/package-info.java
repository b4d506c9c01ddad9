/**
 * What a network is, apart from how it is run: the graph of layers, its shapes, its parameters in one flat array, and the
 * networks that are known by name.
 */
package narrowband.training.net;
