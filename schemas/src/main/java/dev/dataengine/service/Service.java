package dev.dataengine.service;

import dev.dataengine.failure.Health;
import java.util.concurrent.CompletableFuture;

/**
 * One step of the loop. A service owns its threads and clients; {@link #start} brings them up and
 * returns, {@link #close} stops them within seconds and may be called from any thread, more than
 * once. Services meet in topics only, so each runs alone in a process or beside others in one.
 */
public interface Service extends AutoCloseable {

  /** Name as the command line knows it. */
  String name();

  /** Starts the service's threads; throws where what it needs is not there. */
  void start();

  /**
   * Completes when the service has ended: normally after {@link #close}, exceptionally with the
   * cause where it could not go on.
   */
  CompletableFuture<Void> termination();

  /** Where it is in its life, and what it waits for; readable from any thread at any time. */
  Health health();

  @Override
  void close();
}
