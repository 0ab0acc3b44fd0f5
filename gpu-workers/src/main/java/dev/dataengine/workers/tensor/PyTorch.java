package dev.dataengine.workers.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Starts libtorch for the process. */
public final class PyTorch {

  private static final String IDENTITY =
      """
      class Identity(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def identity(self, x: Tensor) -> Tensor:
          return x
      """;

  private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> false);

  private static boolean started;

  private PyTorch() {}

  /**
   * Loads the native library unless it is there already. DJL is told to look for nothing on the
   * network: what it needs is on the class path.
   */
  public static synchronized void start() {
    if (started) {
      return;
    }
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    Engine.getInstance();
    // libtorch warns once of a guard that DJL uses, and would write it over the table
    StandardError.muted(PyTorch::firstCalls);
    started = true;
  }

  /**
   * Makes the calling thread one that computes the same every time. libtorch's optimizer runs a
   * function in another form once it has seen it twice, with other rounding and other random
   * numbers, so that a step would not repeat to the bit after a restart; and whether it does is
   * kept for each thread. {@link TorchScript} calls this before each call, so no thread computes
   * without it.
   */
  static void prepareThread() {
    if (!PREPARED.get()) {
      JniUtils.setGraphExecutorOptimize(false);
      PREPARED.set(true);
    }
  }

  private static void firstCalls() {
    try (NDManager manager = NDManager.newBaseManager();
        TorchScript identity = TorchScript.compile(manager, "Identity", IDENTITY)) {
      NDArray one = manager.zeros(new Shape(1), DataType.FLOAT32);
      Tensors.copyInto(one, new float[] {1});
      identity.call("identity").with(one).run();
      identity.call("identity").with(one).runWithGradients();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
