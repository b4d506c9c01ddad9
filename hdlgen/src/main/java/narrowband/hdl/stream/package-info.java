/** Ready-made modules between streams. */
package narrowband.hdl.stream;
