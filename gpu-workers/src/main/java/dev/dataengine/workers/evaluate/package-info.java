/** Evaluation of model versions on a fixed benchmark. */
@NullMarked
package dev.dataengine.workers.evaluate;

import org.jspecify.annotations.NullMarked;
