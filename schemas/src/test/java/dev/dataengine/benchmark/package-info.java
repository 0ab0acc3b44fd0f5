/** Tests of benchmark directories. */
@NullMarked
package dev.dataengine.benchmark;

import org.jspecify.annotations.NullMarked;
