/**
 * Tries the loop as it is against what befalls it from outside: processes that are killed and
 * stopped, a network that hangs and cuts, bad records; and judges from the topics alone whether
 * anything was lost, doubled or misled.
 */
@NullMarked
package dev.dataengine.compose.chaos;

import org.jspecify.annotations.NullMarked;
