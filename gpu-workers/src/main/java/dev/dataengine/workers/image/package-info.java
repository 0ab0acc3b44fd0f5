/** Encoded images to the pixels that a model takes. */
@NullMarked
package dev.dataengine.workers.image;

import org.jspecify.annotations.NullMarked;
