/** A cluster, a registry and a time for tests. */
@NullMarked
package dev.dataengine.producers.loop;

import org.jspecify.annotations.NullMarked;
