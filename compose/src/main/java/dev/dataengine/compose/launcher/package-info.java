/** Services by name, and the loop as a composition of them. */
@NullMarked
package dev.dataengine.compose.launcher;

import org.jspecify.annotations.NullMarked;
