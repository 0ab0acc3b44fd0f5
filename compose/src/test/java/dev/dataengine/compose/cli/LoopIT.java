package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop on the in-process broker, with the shipped model learning. */
class LoopIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final double RISE = 0.05;

  @TempDir Path directory;

  @Test
  void up_onBuiltInImages_raisesAccuracyAndGoesOnWhereItWas() throws Exception {
    JsonNode first = run("first.json", 100);
    // how far it comes in a time is the machine's; that it comes there is the loop's
    for (int more = 0; more < 4 && rise(first) <= RISE; more++) {
      first = run("more.json", 60);
    }

    assertThat(first.get("model_versions").asInt()).isGreaterThanOrEqualTo(2);
    assertThat(rise(first)).as(first::toPrettyString).isGreaterThan(RISE);
    assertThat(first.get("samples_trained").asLong())
        .isPositive()
        .isLessThanOrEqualTo(first.get("samples_generated").asLong());
    JsonNode weakest = null;
    for (JsonNode type : first.get("per_type")) {
      if (weakest == null
          || type.get("first_error").asDouble() > weakest.get("first_error").asDouble()) {
        weakest = type;
      }
    }
    assertThat(weakest).isNotNull();
    assertThat(weakest.get("last_error").asDouble())
        .isLessThan(weakest.get("first_error").asDouble());

    JsonNode second = run("second.json", 20);

    assertThat(second.get("first_accuracy")).isEqualTo(first.get("first_accuracy"));
    assertThat(second.get("samples_trained").asLong())
        .isGreaterThanOrEqualTo(first.get("samples_trained").asLong());
    assertThat(second.get("model_versions").asInt())
        .isGreaterThanOrEqualTo(first.get("model_versions").asInt());
    assertThat(second.get("results").asLong())
        .isGreaterThanOrEqualTo(first.get("results").asLong());
  }

  private static double rise(JsonNode report) {
    return report.get("last_accuracy").asDouble() - report.get("first_accuracy").asDouble();
  }

  private JsonNode run(String report, int seconds) throws Exception {
    Path file = directory.resolve(report);
    Path data = directory.resolve("data");
    try (DataEngineProcess up =
        DataEngineProcess.start(
            directory.resolve("output.txt"),
            "up",
            "--data",
            data.toString(),
            "--seconds",
            Integer.toString(seconds),
            "--report",
            file.toString())) {
      int code = up.join(Duration.ofSeconds(seconds + 120));
      assertThat(code).as(up::printed).isZero();
    }
    return JSON.readTree(file.toFile());
  }
}
