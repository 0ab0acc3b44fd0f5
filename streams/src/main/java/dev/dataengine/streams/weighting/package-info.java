/** From counts to weights to sampling probabilities: pure functions, no Kafka. */
@NullMarked
package dev.dataengine.streams.weighting;

import org.jspecify.annotations.NullMarked;
