/** Making the base model that ships with the project. */
@NullMarked
package dev.dataengine.workers.pretrain;

import org.jspecify.annotations.NullMarked;
