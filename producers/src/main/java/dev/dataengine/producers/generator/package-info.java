/** From weights to samples: which question is asked about which image, checked before it counts. */
@NullMarked
package dev.dataengine.producers.generator;

import org.jspecify.annotations.NullMarked;
