/** What was seen of a run, in as few words as judging it needs. */
@NullMarked
package dev.dataengine.compose.chaos.evidence;

import org.jspecify.annotations.NullMarked;
