@NullMarked
package dev.dataengine.workers.train;

import org.jspecify.annotations.NullMarked;
