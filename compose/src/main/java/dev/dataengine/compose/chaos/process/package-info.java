/** The loop's services as processes of this one, to be killed and stopped by themselves. */
@NullMarked
package dev.dataengine.compose.chaos.process;

import org.jspecify.annotations.NullMarked;
