/** Images from the built-in scenes and from data sets, and their publisher. */
@NullMarked
package dev.dataengine.producers.images;

import org.jspecify.annotations.NullMarked;
