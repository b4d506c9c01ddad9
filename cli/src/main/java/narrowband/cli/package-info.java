/**
 * The {@code narrowband} command: reads options and files, calls the modules, prints and writes what they found. It holds no
 * method of its own beyond the comparison of the four models.
 */
package narrowband.cli;
