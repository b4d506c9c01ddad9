/**
 * Synthesis, place and route of an emitted design by other people's programs: which commands they are given, where they are
 * found, and what they say about cells and clock. What the vendors' own programs are given is here too.
 */
package narrowband.hdlgen.synthesis;
