/**
 * A Kafka cluster in memory, for one thread and on virtual time: logs with transactions, groups'
 * offsets, and clients that fail where they are told to. What the services see of a broker, and
 * nothing else.
 */
@NullMarked
package dev.dataengine.compose.simulate.cluster;

import org.jspecify.annotations.NullMarked;
