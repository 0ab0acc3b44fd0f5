@NullMarked
package dev.dataengine.follow;

import org.jspecify.annotations.NullMarked;
