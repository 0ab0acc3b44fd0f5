@NullMarked
package dev.dataengine.workers.tensor;

import org.jspecify.annotations.NullMarked;
