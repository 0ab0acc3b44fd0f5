package dev.dataengine.compose.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.dataengine.workers.tensor.PyTorch;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.KafkaThread;

/** Processes that are hard to end, for {@link ProcessEndIT}. */
final class Stubborn {

  private Stubborn() {}

  public static void main(String[] arguments) throws Exception {
    OutOfMemory.endsTheProcess();
    switch (arguments[0]) {
      case "ends" -> {
        computeForEver(4);
        ProcessEnd.exit(7);
      }
      case "waits" -> {
        try (Shutdown shutdown = Shutdown.atOnce()) {
          computeForEver(4);
          System.out.println("computing");
          new CountDownLatch(1).await();
        }
      }
      case "memory" -> {
        KafkaThread.nonDaemon("some-client", Stubborn::exhaust).start();
        new CountDownLatch(1).await();
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** What runs a library's destructors ends in SIGABRT, as it does by chance where they crash. */
  private static void abortInDestructors() {
    NativeLibrary c = NativeLibrary.getInstance("c");
    int refused =
        c.getFunction("__cxa_atexit")
            .invokeInt(new Object[] {c.getFunction("abort"), Pointer.NULL, Pointer.NULL});
    if (refused != 0) {
      throw new IllegalStateException("__cxa_atexit gave " + refused);
    }
  }

  private static void exhaust() {
    throw new OutOfMemoryError("Java heap space");
  }

  /** Returns once every thread is in the middle of native work. */
  private static void computeForEver(int threads) throws InterruptedException {
    PyTorch.start();
    abortInDestructors();
    CountDownLatch computing = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      new Thread(() -> compute(computing), "computes-" + i).start();
    }
    computing.await();
  }

  private static void compute(CountDownLatch computing) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray matrix = manager.ones(new Shape(300, 300));
      while (true) {
        matrix.matMul(matrix).exp().sort().close();
        computing.countDown();
      }
    }
  }
}
