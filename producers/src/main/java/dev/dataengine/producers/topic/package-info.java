/** What services here share to read topics from their start. */
@NullMarked
package dev.dataengine.producers.topic;

import org.jspecify.annotations.NullMarked;
