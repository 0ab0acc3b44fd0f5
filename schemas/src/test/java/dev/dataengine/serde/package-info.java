/** Tests of the events, their serdes and their compatibility with what was released. */
@NullMarked
package dev.dataengine.serde;

import org.jspecify.annotations.NullMarked;
