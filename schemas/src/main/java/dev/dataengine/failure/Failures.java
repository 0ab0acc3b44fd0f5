package dev.dataengine.failure;

import dev.dataengine.benchmark.BenchmarkException;
import dev.dataengine.serde.RegistryAwayException;
import dev.dataengine.serde.RegistryRefusedException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** Tells the kinds of failures apart, by the first cause in the chain that says what it is. */
public final class Failures {
  /** What Kafka's clients say of a host that has no address (yet). */
  private static final String UNRESOLVED = "No resolvable bootstrap urls";

  private Failures() {}

  public static FailureKind kindOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (isAway(cause)) {
        return FailureKind.AWAY;
      }
      if (isMisconfigured(cause)) {
        return FailureKind.MISCONFIGURED;
      }
    }
    return FailureKind.OTHER;
  }

  /** True where the same may succeed later. */
  public static boolean isAway(Throwable cause) {
    return cause instanceof RegistryAwayException
        || cause instanceof RetriableException
        || (cause instanceof ConfigException
            && String.valueOf(cause.getMessage()).contains(UNRESOLVED));
  }

  private static boolean isMisconfigured(Throwable cause) {
    return cause instanceof MisconfiguredException
        || cause instanceof dev.dataengine.config.ConfigException
        || cause instanceof BenchmarkException
        || cause instanceof RegistryRefusedException
        || cause instanceof ConfigException
        || cause instanceof AuthenticationException
        || cause instanceof AuthorizationException
        || cause instanceof UnsupportedVersionException
        || cause instanceof InvalidConfigurationException
        || cause instanceof ProducerFencedException
        || cause instanceof FencedInstanceIdException;
  }

  /** One line of why: the message and the innermost cause's. */
  public static String reason(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    String outer = text(failure);
    return innermost == failure || outer.contains(text(innermost))
        ? outer
        : outer + ": " + text(innermost);
  }

  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
