/** Benchmarks of what is package-private in the trainer. */
@NullMarked
package dev.dataengine.workers.train;

import org.jspecify.annotations.NullMarked;
