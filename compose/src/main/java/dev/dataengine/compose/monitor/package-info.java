/** What the loop does, followed in its topics: figures, live table, report. */
@NullMarked
package dev.dataengine.compose.monitor;

import org.jspecify.annotations.NullMarked;
