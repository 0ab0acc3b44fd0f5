/** What is done to the loop, and when: a schedule drawn from a seed. */
@NullMarked
package dev.dataengine.compose.chaos.fault;

import org.jspecify.annotations.NullMarked;
