/** A TCP proxy that behaves badly when it is told to, for tests of what is outside of a service. */
@NullMarked
package dev.dataengine.compose.chaos.proxy;

import org.jspecify.annotations.NullMarked;
