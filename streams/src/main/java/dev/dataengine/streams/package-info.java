/**
 * From evaluation results to error rates, weights and bad cases: the Kafka Streams topology and the
 * service that runs it.
 */
@NullMarked
package dev.dataengine.streams;

import org.jspecify.annotations.NullMarked;
