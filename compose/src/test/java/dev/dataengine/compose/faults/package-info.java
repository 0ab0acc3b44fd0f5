/** Services with parts outside that are away. */
@NullMarked
package dev.dataengine.compose.faults;

import org.jspecify.annotations.NullMarked;
