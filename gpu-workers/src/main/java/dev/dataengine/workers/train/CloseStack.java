package dev.dataengine.workers.train;

import dev.dataengine.clients.PatientAdmin;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** What was opened, closed in the opposite order; clients do not wait for a broker that is away. */
final class CloseStack implements AutoCloseable {

  private static final Duration WAIT = Duration.ofSeconds(2);

  /** Something to be closed. */
  @FunctionalInterface
  private interface Closing {
    void close() throws IOException;
  }

  private final Deque<Closing> open = new ArrayDeque<>();

  <T extends Consumer<?, ?>> T add(T consumer) {
    open.push(() -> consumer.close(CloseOptions.timeout(WAIT)));
    return consumer;
  }

  <T extends Producer<?, ?>> T add(T producer) {
    open.push(() -> producer.close(WAIT));
    return producer;
  }

  PatientAdmin add(PatientAdmin admin) {
    open.push(admin::close);
    return admin;
  }

  <L extends Learner<?>> L add(L learner) {
    open.push(learner::close);
    return learner;
  }

  CheckpointStore add(CheckpointStore store) {
    open.push(store::close);
    return store;
  }

  /** Closes all after a failure, which has what fails beside it. */
  void closeAfter(Throwable failure) {
    try {
      close();
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void close() throws IOException {
    RuntimeException failures = new IllegalStateException("closing failed");
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException | RuntimeException e) {
        failures.addSuppressed(e);
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw new IOException(failures.getSuppressed()[0].getMessage(), failures);
    }
  }
}
