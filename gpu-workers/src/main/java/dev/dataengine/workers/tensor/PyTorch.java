package dev.dataengine.workers.tensor;

import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;

/** Starts libtorch for the process. */
public final class PyTorch {

  private PyTorch() {}

  /**
   * Loads the native library unless it is there already. DJL is told to look for nothing on the
   * network: what it needs is on the class path.
   */
  public static synchronized void start() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    Engine.getInstance();
    // the optimizer runs a function in another form once it has seen it twice, with other rounding
    // and other random numbers: a step would not repeat to the bit after a restart
    JniUtils.setGraphExecutorOptimize(false);
  }
}
