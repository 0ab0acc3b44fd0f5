@NullMarked
package dev.dataengine.workers.image;

import org.jspecify.annotations.NullMarked;
