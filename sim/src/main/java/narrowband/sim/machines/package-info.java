/**
 * Published accelerators, so that our way of counting can be checked by outsiders: the closed forms by which their authors
 * count the cycles of a layer, and the table of layers that they are counted for. Our own accelerators are not here; the
 * cycle simulator runs those.
 */
package narrowband.sim.machines;
