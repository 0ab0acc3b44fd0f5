/** An in-process Kafka broker and controller (KRaft). */
@NullMarked
package dev.dataengine.compose.broker;

import org.jspecify.annotations.NullMarked;
