/** Tests. */
@NullMarked
package dev.dataengine.producers.benchmarks;

import org.jspecify.annotations.NullMarked;
