package dev.dataengine.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.dataengine.failure.Failures;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.workers.adapter.AdapterLayout;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.Batch;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import java.util.Arrays;
import java.util.List;

/**
 * The adapter under training and its steps. One thread owns it: the one that constructs it, since
 * gradient mode and the random generator belong to threads and to the process.
 */
final class FineTuner implements AutoCloseable {

  /**
   * What a batch asks for.
   *
   * @param loss mean over the answers' tokens
   * @param norm of the gradient, before clipping
   * @param losses of every prediction, in the batch's order
   * @param values the gradient [K], of the scope that it was computed in
   */
  record Gradient(double loss, double norm, float[] losses, NDArray values) {}

  private final NDManager manager;
  private final LlavaModel model;
  private final AdapterLayout layout;
  private final AdamW optimizer;
  private final long seed;
  private final FlatParameters parameters;

  FineTuner(NDManager parent, LlavaModel model, LoraConfig lora, AdamW optimizer, long seed) {
    this.manager = parent.newSubManager();
    this.model = model;
    this.layout = new AdapterLayout(model.config(), lora);
    this.optimizer = optimizer;
    this.seed = seed;
    List<FlatParameters.Part> parts =
        layout.slots().stream()
            .map(s -> new FlatParameters.Part(s.rows(), s.columns(), s.columns() > 0))
            .toList();
    this.parameters =
        new FlatParameters(manager, parts, layout.initial(seed, model.projectorValues()));
    JniUtils.setGradMode(true);
  }

  AdapterLayout layout() {
    return layout;
  }

  FlatParameters parameters() {
    return parameters;
  }

  /** A manager for the tensors of one step; the caller closes it. */
  NDManager newScope() {
    return manager.newSubManager();
  }

  /**
   * First half of a step: measures a batch. It changes nothing, whether it returns or throws.
   *
   * @param scope owns the gradient
   * @param number of the step, from 1; with the seed it fixes the dropout, so that a step repeated
   *     after a restart is the same step
   * @param features [B,N,D] of each row's image, before the projector
   */
  Gradient gradient(NDManager scope, long number, Batch batch, NDArray features) {
    JniUtils.setSeed(seed * 1_000_003L + number);
    TorchScript.Call call = batch.addTo(model.functions().call("finetune_gradient")).with(features);
    NDList found =
        parameters
            .addValuesTo(call, scope, hyper(0, number))
            .with("p", model.projector())
            .with("w", model.text())
            .runForListWithGradients();
    float[] measured = Tensors.floats(found.get(0));
    return new Gradient(
        measured[0], measured[1], Arrays.copyOfRange(measured, 2, measured.length), found.get(1));
  }

  /**
   * Second half: moves values and moments by a gradient. Nothing else is left to be done for the
   * step, so that nothing can fail once they are moved.
   *
   * @param rateFactor multiplies the optimizer's rate
   * @throws LocalFailureException where it ended midway: values and moments are of no use any more
   */
  void update(NDManager scope, long number, double rateFactor, Gradient by) {
    try {
      TorchScript.Call call = model.functions().call("adamw");
      float[] hyper = hyper(optimizer.rate(number) * rateFactor, number);
      parameters.addUpdateTo(call, scope, by.values(), hyper).runWithGradients().close();
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw new LocalFailureException(
          "the update of step %d ended midway: %s".formatted(number, Failures.reason(e)), e);
    }
  }

  private float[] hyper(double rate, long number) {
    return optimizer.hyper(layout.lora().scale(), layout.lora().dropout(), rate, number);
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
