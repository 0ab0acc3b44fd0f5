/**
 * Events to and from bytes, by Confluent's wire format, and what happens to bytes that are no
 * event.
 */
@NullMarked
package dev.dataengine.serde;

import org.jspecify.annotations.NullMarked;
