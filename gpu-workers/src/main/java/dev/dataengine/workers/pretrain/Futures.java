package dev.dataengine.workers.pretrain;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Waiting for what another thread makes. */
final class Futures {

  private Futures() {}

  /** The future's result; what it threw comes as the cause of an IllegalStateException. */
  static <T> T join(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a background task failed: " + e.getCause(), e.getCause());
    }
  }
}
