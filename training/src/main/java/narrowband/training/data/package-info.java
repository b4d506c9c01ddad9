/**
 * Images and labels: the procedural {@link narrowband.training.data.Strokes}, strict readers of the CIFAR and IDX formats,
 * the held-out split, the order of batches and augmentation. Everything random comes from a seed; nothing here knows networks.
 */
package narrowband.training.data;
