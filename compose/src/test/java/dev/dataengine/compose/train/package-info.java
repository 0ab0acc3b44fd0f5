@NullMarked
package dev.dataengine.compose.train;

import org.jspecify.annotations.NullMarked;
