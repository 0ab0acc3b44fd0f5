package dev.dataengine.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import java.util.List;

/**
 * Trained parameters as one float32 vector with Adam's moments beside it, so that a step's
 * gradient, clipping and update are single operations whatever the number of tensors. One thread
 * owns it.
 */
public final class FlatParameters implements AutoCloseable {

  /**
   * One tensor within the vector.
   *
   * @param rows first side
   * @param columns second side, 0 for a vector
   * @param decayed whether weight decay applies
   */
  public record Part(long rows, long columns, boolean decayed) {
    public int size() {
      return Math.toIntExact(columns == 0 ? rows : rows * columns);
    }
  }

  private final NDManager manager;
  private final NDArray values;
  private final NDArray firstMoment;
  private final NDArray secondMoment;
  private final NDArray decay;
  private final NDArray shapes;

  public FlatParameters(NDManager parent, List<Part> parts, float[] initial) {
    manager = parent.newSubManager();
    int size = parts.stream().mapToInt(Part::size).sum();
    Shape shape = new Shape(size);
    values = manager.zeros(shape, DataType.FLOAT32);
    firstMoment = manager.zeros(shape, DataType.FLOAT32);
    secondMoment = manager.zeros(shape, DataType.FLOAT32);
    Tensors.copyInto(values, initial);
    float[] decayed = new float[size];
    long[] sides = new long[2 * parts.size()];
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      sides[2 * i] = part.rows();
      sides[2 * i + 1] = part.columns();
      java.util.Arrays.fill(decayed, at, at + part.size(), part.decayed() ? 1f : 0f);
      at += part.size();
    }
    decay = Tensors.of(manager, decayed, size);
    shapes = Tensors.of(manager, sides, parts.size(), 2);
  }

  public NDArray values() {
    return values;
  }

  /**
   * Adds what a training step takes of parameters, in the order of the TorchScript functions:
   * values, moments, decay, the optimizer's numbers and the shapes.
   *
   * @param scope owns the tensor of the numbers
   * @param hyper see {@link AdamW#hyper}
   */
  public TorchScript.Call addTo(TorchScript.Call call, NDManager scope, float[] hyper) {
    return call.with(values)
        .with(firstMoment)
        .with(secondMoment)
        .with(decay)
        .with(Tensors.of(scope, hyper, hyper.length))
        .with(shapes);
  }

  /**
   * Adds what {@code adamw} takes, in its order: values, gradient, moments, decay and the
   * optimizer's numbers. It changes values and moments in place.
   *
   * @param scope owns the tensor of the numbers
   * @param gradient [K] as the values
   * @param hyper see {@link AdamW#hyper}
   */
  TorchScript.Call addUpdateTo(
      TorchScript.Call call, NDManager scope, NDArray gradient, float[] hyper) {
    return call.with(values)
        .with(gradient)
        .with(firstMoment)
        .with(secondMoment)
        .with(decay)
        .with(Tensors.of(scope, hyper, hyper.length));
  }

  /**
   * Adds what a function takes that computes over the values: these, its numbers and the shapes.
   */
  TorchScript.Call addValuesTo(TorchScript.Call call, NDManager scope, float[] hyper) {
    return call.with(values).with(Tensors.of(scope, hyper, hyper.length)).with(shapes);
  }

  /** Restores values and moments as they were. */
  void restore(float[] savedValues, float[] savedFirst, float[] savedSecond) {
    Tensors.copyInto(values, savedValues);
    Tensors.copyInto(firstMoment, savedFirst);
    Tensors.copyInto(secondMoment, savedSecond);
  }

  /** Values, copied. */
  public float[] copyValues() {
    return Tensors.floats(values);
  }

  float[] copyFirstMoment() {
    return Tensors.floats(firstMoment);
  }

  float[] copySecondMoment() {
    return Tensors.floats(secondMoment);
  }

  @Override
  public void close() {
    manager.close();
  }
}
