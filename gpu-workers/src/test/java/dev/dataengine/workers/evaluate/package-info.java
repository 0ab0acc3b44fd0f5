@NullMarked
package dev.dataengine.workers.evaluate;

import org.jspecify.annotations.NullMarked;
