@NullMarked
package dev.dataengine.failure;

import org.jspecify.annotations.NullMarked;
