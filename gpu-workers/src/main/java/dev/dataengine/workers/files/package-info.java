/** Files that events name. */
@NullMarked
package dev.dataengine.workers.files;

import org.jspecify.annotations.NullMarked;
