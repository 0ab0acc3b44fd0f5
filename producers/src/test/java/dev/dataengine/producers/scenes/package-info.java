/** Tests of the built-in images. */
@NullMarked
package dev.dataengine.producers.scenes;

import org.jspecify.annotations.NullMarked;
