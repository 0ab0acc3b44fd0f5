@NullMarked
package dev.dataengine.workers.cluster;

import org.jspecify.annotations.NullMarked;
