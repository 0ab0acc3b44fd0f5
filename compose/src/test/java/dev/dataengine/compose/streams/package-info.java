/** The streams on a real broker: what the test driver cannot show. */
@NullMarked
package dev.dataengine.compose.streams;

import org.jspecify.annotations.NullMarked;
