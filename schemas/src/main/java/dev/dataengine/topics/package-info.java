/** The topic catalogue: every topic of the loop, and how it is applied to a cluster. */
@NullMarked
package dev.dataengine.topics;

import org.jspecify.annotations.NullMarked;
