/** What each part of the training method is worth: the same run again and again with one setting changed, over several seeds. */
package narrowband.benchmarks.ablation;
