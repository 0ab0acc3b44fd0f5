/** What the bodies of the services here have around them. */
@NullMarked
package dev.dataengine.producers.loop;

import org.jspecify.annotations.NullMarked;
