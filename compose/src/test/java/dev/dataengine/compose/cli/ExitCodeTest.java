package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.benchmark.BenchmarkException;
import dev.dataengine.config.ConfigException;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.producers.images.InputRefusedException;
import dev.dataengine.serde.RegistryRefusedException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void of_whatWeAreConfiguredWrongly_isThreeHoweverItIsWrapped() {
    for (Throwable failure :
        List.of(
            new ConfigException("x"),
            new MisconfiguredException("x"),
            new BenchmarkException("x"),
            InputRefusedException.of("x", "y"),
            new SaslAuthenticationException("x"),
            new TopicAuthorizationException("x"),
            new org.apache.kafka.common.config.ConfigException("x"),
            new RegistryRefusedException("x", new IllegalStateException()))) {
      assertThat(ExitCode.of(failure)).as("%s", failure).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(ExitCode.of(new ServiceFailedException("s", new ExecutionException(failure))))
          .as("%s in a service", failure)
          .isEqualTo(ExitCode.CONFIGURATION);
    }
  }

  @Test
  void of_anythingElse_isOne() {
    assertThat(ExitCode.of(new IllegalStateException("x"))).isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new TimeoutException("x"))).isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new OutOfMemoryError("x"))).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void ofSignal_isWhatShellsSay() {
    assertThat(ExitCode.ofSignal(2)).isEqualTo(130);
    assertThat(ExitCode.ofSignal(15)).isEqualTo(143);
  }
}
