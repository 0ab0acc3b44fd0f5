/** The built-in images: scenes of shapes, drawn from a seed and annotated exactly. */
@NullMarked
package dev.dataengine.producers.scenes;

import org.jspecify.annotations.NullMarked;
