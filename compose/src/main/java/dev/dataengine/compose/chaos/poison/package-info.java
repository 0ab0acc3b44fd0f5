/** Bad records for every input topic, and sound ones twice. */
@NullMarked
package dev.dataengine.compose.chaos.poison;

import org.jspecify.annotations.NullMarked;
