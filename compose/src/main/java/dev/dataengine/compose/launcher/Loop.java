package dev.dataengine.compose.launcher;

import dev.dataengine.failure.Failures;
import dev.dataengine.failure.Health;
import dev.dataengine.service.Service;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
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
  private final Map<String, Health> healths = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, Throwable> failures =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final Set<String> endedUnasked = Collections.synchronizedSet(new LinkedHashSet<>());
  private final CompletableFuture<Void> anyEnded = new CompletableFuture<>();
  private final CompletableFuture<Void> allEnded = new CompletableFuture<>();
  private final AtomicInteger going = new AtomicInteger();
  private Optional<MeterRegistry> meters = Optional.empty();
  private volatile boolean closed;

  /** Registers the state of every service that is started from now on. */
  public synchronized void bindTo(MeterRegistry registry) {
    meters = Optional.of(registry);
  }

  /** Starts services that may be stopped together; throws what the first to fail throws. */
  public synchronized void start(List<? extends Service> layer) {
    layers.push(List.copyOf(layer));
    going.addAndGet(layer.size());
    for (Service service : layer) {
      healths.put(service.name(), service.health());
      meters.ifPresent(registry -> service.health().bindTo(registry, service.name()));
      service.start();
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
          .log("service started");
    }
  }

  private void ended(String name, @Nullable Throwable failure) {
    if (failure != null) {
      failures.put(name, failure);
      log.atDebug()
          .addKeyValue("service", name)
          .addKeyValue("reason", Failures.reason(failure))
          .log("service has ended; the others go on");
    }
    if (!closed) {
      endedUnasked.add(name);
      anyEnded.complete(null);
    }
    if (going.decrementAndGet() == 0) {
      allEnded.complete(null);
    }
  }

  /** By service, in starting order. */
  public Map<String, Health.Status> states() {
    Map<String, Health.Status> states = new LinkedHashMap<>();
    synchronized (healths) {
      healths.forEach((name, health) -> states.put(name, health.status()));
    }
    return states;
  }

  /** What ended services, by their name; empty where all is well. */
  public Map<String, Throwable> failures() {
    synchronized (failures) {
      return new LinkedHashMap<>(failures);
    }
  }

  /** Services that ended although nobody told them to, failed or not. */
  public Set<String> endedUnasked() {
    synchronized (endedUnasked) {
      return new LinkedHashSet<>(endedUnasked);
    }
  }

  /** Completes when the first service ends before this is closed. */
  public CompletableFuture<Void> anyEnded() {
    return anyEnded;
  }

  /** Completes when every service has ended. */
  public CompletableFuture<Void> allEnded() {
    return allEnded;
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
