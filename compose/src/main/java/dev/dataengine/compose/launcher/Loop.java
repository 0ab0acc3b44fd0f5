package dev.dataengine.compose.launcher;

import dev.dataengine.service.Service;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services that run together: started one after the other, stopped in layers the other way round. A
 * service that fails is noted and the others go on, for each may be restarted alone and what it did
 * not do waits in its topics.
 */
public final class Loop implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Loop.class);

  /** A layer gets this long to stop; what it left undone is safe in its topics. */
  private static final Duration STOP_WITHIN = Duration.ofSeconds(4);

  private final Deque<List<Service>> layers = new ArrayDeque<>();
  private final Map<String, String> states = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, Throwable> failures =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private boolean closed;

  /** Starts services that may be stopped together; throws what the first to fail throws. */
  public synchronized void start(List<? extends Service> layer) {
    layers.push(List.copyOf(layer));
    for (Service service : layer) {
      states.put(service.name(), "starting");
      service.start();
      states.put(service.name(), "running");
      CompletableFuture<Void> watched =
          service
              .termination()
              .handle(
                  (nothing, failure) -> {
                    ended(service.name(), failure);
                    return null;
                  });
      log.atDebug()
          .addKeyValue("service", service.name())
          .addKeyValue("ended", watched.isDone())
          .log("service runs");
    }
  }

  private void ended(String name, @org.jspecify.annotations.Nullable Throwable failure) {
    states.put(name, failure == null ? "stopped" : "failed");
    if (failure != null) {
      failures.put(name, failure);
      log.atError()
          .setCause(failure)
          .addKeyValue("service", name)
          .log("service failed; the others go on");
    }
  }

  /** State by service, in starting order: starting, running, stopped or failed. */
  public Map<String, String> states() {
    synchronized (states) {
      return new LinkedHashMap<>(states);
    }
  }

  /** What ended services, by their name; empty where all is well. */
  public Map<String, Throwable> failures() {
    synchronized (failures) {
      return new LinkedHashMap<>(failures);
    }
  }

  /** Stops the last layer first, the services of a layer at the same time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    while (!layers.isEmpty()) {
      stop(layers.pop());
    }
  }

  private static void stop(List<Service> layer) {
    // a thread of its own for each: closing blocks, and a common pool may have one thread only
    CompletableFuture<?>[] stopping =
        layer.stream()
            .map(s -> CompletableFuture.runAsync(s::close, task -> new Thread(task).start()))
            .toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(stopping).get(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.atWarn()
          .addKeyValue("services", layer.stream().map(Service::name).toList())
          .log("services did not stop in time; going on without them");
    } catch (ExecutionException e) {
      log.atWarn().setCause(e.getCause()).log("a service could not be stopped cleanly");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
