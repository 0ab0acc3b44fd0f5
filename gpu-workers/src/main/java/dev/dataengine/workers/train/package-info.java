/** Continuous fine-tuning, exactly-once in effect. */
@NullMarked
package dev.dataengine.workers.train;

import org.jspecify.annotations.NullMarked;
