/** HTTP servers of this process. */
@NullMarked
package dev.dataengine.compose.http;

import org.jspecify.annotations.NullMarked;
