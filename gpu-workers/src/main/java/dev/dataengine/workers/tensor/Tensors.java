package dev.dataengine.workers.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Java arrays to tensors and back. */
public final class Tensors {

  private Tensors() {}

  /** A float32 tensor of values, copied. */
  public static NDArray of(NDManager manager, float[] values, long... shape) {
    ByteBuffer bytes = manager.allocateDirect(values.length * Float.BYTES);
    bytes.order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
    return manager.create(bytes, new Shape(shape), DataType.FLOAT32);
  }

  /** An int64 tensor of values, copied. */
  public static NDArray of(NDManager manager, long[] values, long... shape) {
    return manager.create(values, new Shape(shape));
  }

  /** Writes values into a float32 tensor without changing where it lives. */
  public static void copyInto(NDArray target, float[] values) {
    if (target.size() != values.length) {
      throw new IllegalArgumentException(
          "expected "
              + target.size()
              + " values for "
              + target.getShape()
              + ", got "
              + values.length);
    }
    try (NDManager scratch = target.getManager().newSubManager()) {
      NDArray source = of(scratch, values, target.getShape().getShape());
      source.copyTo(target);
    }
  }

  /** Values of a float32 tensor. */
  public static float[] floats(NDArray tensor) {
    FloatBuffer buffer = tensor.toByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return values;
  }
}
