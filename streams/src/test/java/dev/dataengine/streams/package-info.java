/** Tests of the topology and its service. */
@NullMarked
package dev.dataengine.streams;

import org.jspecify.annotations.NullMarked;
