/** Programs outside the JVM that read or check what was emitted: found on the search path, run in a folder, stopped when they take too long. */
package narrowband.hdl.tool;
