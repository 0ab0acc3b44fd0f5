/** Tensors in files and TorchScript functions over them. */
@NullMarked
package dev.dataengine.workers.tensor;

import org.jspecify.annotations.NullMarked;
