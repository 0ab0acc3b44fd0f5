/** Tests of the weights' arithmetic against tables worked out by hand. */
@NullMarked
package dev.dataengine.streams.weighting;

import org.jspecify.annotations.NullMarked;
