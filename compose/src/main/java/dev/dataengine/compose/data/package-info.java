/** The data directory: its lock, the ports remembered in it, its journals. */
@NullMarked
package dev.dataengine.compose.data;

import org.jspecify.annotations.NullMarked;
