/** What must hold of a run, judged from what was seen of its topics alone. */
@NullMarked
package dev.dataengine.compose.chaos.judge;

import org.jspecify.annotations.NullMarked;
