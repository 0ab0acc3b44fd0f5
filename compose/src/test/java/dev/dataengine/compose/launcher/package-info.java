@NullMarked
package dev.dataengine.compose.launcher;

import org.jspecify.annotations.NullMarked;
