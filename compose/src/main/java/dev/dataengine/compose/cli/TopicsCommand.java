package dev.dataengine.compose.cli;

import dev.dataengine.clients.KafkaClients;
import dev.dataengine.compose.launcher.DataEngineConfig;
import dev.dataengine.config.Loaded;
import dev.dataengine.topics.Topic;
import dev.dataengine.topics.TopicAdmin;
import dev.dataengine.topics.TopicDrift;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The catalogue against a cluster. */
@Command(
    name = "topics",
    mixinStandardHelpOptions = true,
    description = "Creates the topics of the catalogue, or shows where a cluster differs.")
final class TopicsCommand {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Spec private CommandSpec spec;

  @Command(mixinStandardHelpOptions = true, description = "Creates the topics that are missing.")
  int create(@Mixin ConfigOptions options) throws InterruptedException {
    Loaded<DataEngineConfig> loaded = options.load(List.of());
    try (Admin admin = admin(loaded)) {
      List<String> created = new TopicAdmin(admin, loaded.config().topics(), TIMEOUT).create();
      created.forEach(out()::println);
      out().println(created.size() + " topics created");
    }
    return ExitCode.OK;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Shows where the cluster differs from the catalogue; exits with 1 if it does.")
  int diff(@Mixin ConfigOptions options) throws InterruptedException {
    Loaded<DataEngineConfig> loaded = options.load(List.of());
    try (Admin admin = admin(loaded)) {
      List<TopicDrift> drifts = new TopicAdmin(admin, loaded.config().topics(), TIMEOUT).diff();
      drifts.forEach(out()::println);
      return drifts.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  @Command(mixinStandardHelpOptions = true, description = "Lists the catalogue.")
  int list() {
    for (Topic topic : Topic.catalogue()) {
      out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%-24s %2d partitions  %s",
                  topic.topicName(),
                  topic.partitions(),
                  topic.settings()));
    }
    return ExitCode.OK;
  }

  private static Admin admin(Loaded<DataEngineConfig> loaded) {
    RunningAddress address = RunningAddress.of(loaded);
    address.requireBroker();
    return KafkaClients.of(address.connection()).admin("dataengine-topics");
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
