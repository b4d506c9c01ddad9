/**
 * The report of a run: one data model, {@link narrowband.sim.report.Report}, and three ways to show it: {@code report.json}
 * for programs, {@code report.html} for people, a plain table for the terminal. What is shown is in the model; nothing is
 * computed on the way to the page but sums, shares and roundings.
 */
package narrowband.sim.report;
