package dev.dataengine.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.serde.RegistryAwayException;
import dev.dataengine.serde.RegistryRefusedException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {

  static Stream<Throwable> away() {
    Exception registry = new RegistryAwayException("429", new IOException());
    return Stream.of(
        new TimeoutException("broker"),
        new NotLeaderOrFollowerException("moving"),
        new CoordinatorNotAvailableException("starting"),
        new ThrottlingQuotaExceededException("busy"),
        new SerializationException("registry", registry),
        new ExecutionException(new KafkaException(registry)),
        new KafkaException(
            "Failed to construct kafka consumer",
            new ConfigException("No resolvable bootstrap urls given in bootstrap.servers")));
  }

  static Stream<Throwable> misconfigured() {
    return Stream.of(
        new SaslAuthenticationException("password"),
        new ClusterAuthorizationException("no"),
        new KafkaException(new ProducerFencedException("another")),
        new InvalidConfigurationException("incompatible schema"),
        new ConfigException("acks", "many"),
        new SerializationException(new RegistryRefusedException("401", new IOException())),
        new MisconfiguredException("restore that directory"));
  }

  static Stream<Throwable> other() {
    return Stream.of(
        new SerializationException("magic byte"),
        new SerializationException("registry", new IOException("broken number")),
        new RecordTooLargeException("letter"),
        new IllegalStateException("ours"),
        new NullPointerException(),
        new StackOverflowError(),
        new OutOfMemoryError());
  }

  @ParameterizedTest
  @MethodSource("away")
  void kindOf_whatPassesByItself_isAway(Throwable failure) {
    assertThat(Failures.kindOf(failure)).isEqualTo(FailureKind.AWAY);
  }

  @ParameterizedTest
  @MethodSource("misconfigured")
  void kindOf_whatAnotherTryCannotMend_isMisconfigured(Throwable failure) {
    assertThat(Failures.kindOf(failure)).isEqualTo(FailureKind.MISCONFIGURED);
  }

  @ParameterizedTest
  @MethodSource("other")
  void kindOf_anythingElse_isOther(Throwable failure) {
    assertThat(Failures.kindOf(failure)).isEqualTo(FailureKind.OTHER);
  }

  @Test
  void reason_ofNestedFailures_hasTheOutermostAndTheInnermost() {
    Exception failure =
        new KafkaException("cannot read", new IllegalStateException(new IOException("disk")));

    assertThat(Failures.reason(failure)).isEqualTo("cannot read: disk");
    assertThat(Failures.reason(new NullPointerException())).isEqualTo("NullPointerException");
  }
}
