package dev.dataengine.workers.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import dev.dataengine.workers.train.FlatParameters;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * Makes the steps of a stage. The next batch is drawn on another thread while a step computes.
 *
 * @param name as the listener hears it
 * @param stage how many steps, at which rates
 * @param listener hears of every step
 */
record StageLoop(String name, PretrainConfig.Stage stage, Pretrainer.Listener listener) {

  /**
   * Trains the parameters in place.
   *
   * @param like a tensor of the precision to compute in
   * @param batches called by one thread at a time, in order
   * @param call a step's function with the batch's tensors; the loop adds the parameters
   * @throws ArithmeticException where the loss stops being a number
   */
  <T> void run(
      NDManager manager,
      FlatParameters parameters,
      NDArray like,
      Supplier<T> batches,
      BiFunction<NDManager, T, TorchScript.Call> call) {
    try (Ahead<T> feed = new Ahead<>(batches)) {
      for (int step = 1; step <= stage.steps(); step++) {
        try (NDManager scope = manager.newSubManager()) {
          float[] hyper = stage.optimizer().hyper(0, 0, stage.rate(step), step);
          TorchScript.Call inputs = call.apply(scope, feed.take());
          double loss = loss(parameters.addTo(inputs, scope, hyper).with(like), step);
          listener.stepped(name, step, stage.steps(), loss);
        }
      }
    }
  }

  private double loss(TorchScript.Call call, int step) {
    float[] made = Tensors.floats(call.runWithGradients());
    double loss = made[0];
    double norm = made[1];
    if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
      throw new ArithmeticException(
          "%s step %d: loss is %s, gradient norm %s; try a smaller learning rate"
              .formatted(name, step, loss, norm));
    }
    return loss;
  }
}
