/** Benchmarks made from images: held out, balanced, written as directories. */
@NullMarked
package dev.dataengine.producers.benchmarks;

import org.jspecify.annotations.NullMarked;
