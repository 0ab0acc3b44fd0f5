/** Benchmarks as directories: what is held out for evaluation, and how it is read and written. */
@NullMarked
package dev.dataengine.benchmark;

import org.jspecify.annotations.NullMarked;
