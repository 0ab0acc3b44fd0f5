/** Tests. */
@NullMarked
package dev.dataengine.producers.generator;

import org.jspecify.annotations.NullMarked;
