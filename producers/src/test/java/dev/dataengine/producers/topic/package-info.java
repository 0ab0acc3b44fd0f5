/** Tests. */
@NullMarked
package dev.dataengine.producers.topic;

import org.jspecify.annotations.NullMarked;
