package dev.dataengine.compose.monitor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dataengine.compose.data.AtomicFiles;
import dev.dataengine.failure.Health;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The figures of a run as JSON: rates and accuracies as fractions 0..1, null where unknown. */
public final class Report {

  /**
   * How long it took, from the start of the process.
   *
   * @param startup until every service ran
   * @param firstWeights until the first weight update; empty where there was none
   * @param firstModelVersion until the first version above 0
   */
  public record Milestones(
      Duration startup, Optional<Duration> firstWeights, Optional<Duration> firstModelVersion) {}

  /**
   * How the services were when they were told to stop.
   *
   * @param states by name
   * @param ended how many had ended although nobody had told them to
   */
  public record Services(Map<String, Health.Status> states, long ended) {}

  private Report() {}

  /** Writes the file whole or not at all. */
  public static void write(Path file, LoopMonitor monitor, Milestones milestones, Services services)
      throws IOException {
    AtomicFiles.write(file, toJson(monitor.figures(), milestones, services));
  }

  static String toJson(LoopFigures figures, Milestones milestones, Services services)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode report = json.createObjectNode();
    report.put("first_accuracy", accuracy(figures.firstComplete()));
    report.put("last_accuracy", accuracy(figures.lastComplete()));
    ObjectNode types = report.putObject("per_type");
    figures
        .types()
        .forEach(
            (name, type) ->
                types
                    .putObject(name)
                    .put("first_error", type.firstError())
                    .put("last_error", type.lastError())
                    .put("generated", type.generated())
                    .put("trained", type.trained()));
    report
        .put("model_versions", figures.modelVersions())
        .put("weight_updates", figures.weightUpdates())
        .put("results", figures.results())
        .put("samples_generated", figures.generated())
        .put("samples_trained", figures.trained())
        .put("samples_rejected", figures.rejected())
        .put("training_samples_per_second", figures.trainingSamplesPerSecond())
        .put("startup_seconds", seconds(Optional.of(milestones.startup())))
        .put("seconds_to_first_weights", seconds(milestones.firstWeights()))
        .put("seconds_to_first_model_version", seconds(milestones.firstModelVersion()))
        .put("services_ended", services.ended());
    ObjectNode states = report.putObject("services");
    services
        .states()
        .forEach(
            (name, status) ->
                states
                    .putObject(name)
                    .put("state", status.state().name().toLowerCase(Locale.ROOT))
                    .put("restarts", status.restarts())
                    .put("outages", status.outages()));
    return json.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n";
  }

  private static @Nullable Double accuracy(Optional<VersionFigures> version) {
    return version.map(VersionFigures::accuracy).orElse(null);
  }

  private static @Nullable Double seconds(Optional<Duration> duration) {
    return duration.map(d -> d.toMillis() / 1000.0).orElse(null);
  }
}
