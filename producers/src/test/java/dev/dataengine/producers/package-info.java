/** Tests of what the services here have in common. */
@NullMarked
package dev.dataengine.producers;

import org.jspecify.annotations.NullMarked;
