package dev.dataengine.workers.pretrain;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/** Takes from a supplier on another thread, one item ahead: it makes while a step computes. */
final class Ahead<T> implements AutoCloseable {

  private final Supplier<T> supplier;
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private Future<T> next;

  Ahead(Supplier<T> supplier) {
    this.supplier = supplier;
    this.next = executor.submit(supplier::get);
  }

  /** The items in the supplier's order. */
  T take() {
    T taken = Futures.join(next);
    next = executor.submit(supplier::get);
    return taken;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
