package dev.dataengine.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class OutagesTest {

  private final Queue<RuntimeException> failures = new ArrayDeque<>();

  private String call() {
    RuntimeException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    return "through";
  }

  @Test
  void waitOut_brokerThenRegistryAway_asksUntilBothAreThere() throws IOException {
    failures.addAll(
        List.of(
            new TimeoutException("broker"),
            new SerializationException("registry", new ConnectException("refused"))));

    assertThat(Outages.waitOut(() -> true, this::call)).isEqualTo("through");
  }

  @Test
  void waitOut_bytesThatAreNoEvent_areNotAskedForAgain() {
    failures.add(new SerializationException("magic byte"));

    assertThatThrownBy(() -> Outages.waitOut(() -> true, this::call)).hasMessage("magic byte");
  }

  @Test
  void waitOut_serviceThatStops_endsWithTheFailure() {
    failures.add(new TimeoutException("broker"));

    assertThatThrownBy(() -> Outages.waitOut(() -> false, this::call)).hasMessage("broker");
  }
}
