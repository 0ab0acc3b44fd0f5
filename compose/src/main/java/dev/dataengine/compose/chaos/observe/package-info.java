/** Watches the topics from outside and keeps what is needed to judge a run. */
@NullMarked
package dev.dataengine.compose.chaos.observe;

import org.jspecify.annotations.NullMarked;
