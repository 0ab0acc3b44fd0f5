@NullMarked
package dev.dataengine.workers.pretrain;

import org.jspecify.annotations.NullMarked;
