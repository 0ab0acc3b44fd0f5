/** Tests. */
@NullMarked
package dev.dataengine.producers.images;

import org.jspecify.annotations.NullMarked;
