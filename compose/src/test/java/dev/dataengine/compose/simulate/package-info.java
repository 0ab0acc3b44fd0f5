@NullMarked
package dev.dataengine.compose.simulate;

import org.jspecify.annotations.NullMarked;
