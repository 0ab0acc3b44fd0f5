package dev.dataengine.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
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
   * What a step measured.
   *
   * @param loss mean over the answers' tokens
   * @param gradientNorm before clipping
   * @param losses of every prediction, in the batch's order
   */
  record Step(double loss, double gradientNorm, float[] losses) {}

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
   * One optimizer step.
   *
   * @param number of the step, from 1; with the seed it fixes the dropout, so that a step repeated
   *     after a restart is the same step
   * @param rateFactor multiplies the optimizer's rate
   * @param features [B,N,D] of each row's image, before the projector
   */
  Step step(NDManager scope, long number, double rateFactor, Batch batch, NDArray features) {
    JniUtils.setSeed(seed * 1_000_003L + number);
    float[] hyper =
        optimizer.hyper(
            layout.lora().scale(),
            layout.lora().dropout(),
            optimizer.rate(number) * rateFactor,
            number);
    TorchScript.Call call = batch.addTo(model.functions().call("finetune_step")).with(features);
    NDArray result =
        parameters
            .addTo(call, scope, hyper)
            .with("p", model.projector())
            .with("w", model.text())
            .runWithGradients();
    float[] measured = Tensors.floats(result);
    return new Step(measured[0], measured[1], Arrays.copyOfRange(measured, 2, measured.length));
  }

  @Override
  public void close() {
    parameters.close();
    manager.close();
  }
}
