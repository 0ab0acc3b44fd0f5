/** The Kafka clients of a service, made in one place and replaceable as a whole. */
@NullMarked
package dev.dataengine.clients;

import org.jspecify.annotations.NullMarked;
