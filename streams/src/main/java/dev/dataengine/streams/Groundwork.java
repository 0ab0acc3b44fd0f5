package dev.dataengine.streams;

import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What must be there before Kafka Streams starts: the topics, and a state that belongs to the
 * position in the input.
 */
final class Groundwork {

  private static final List<String> TOPICS =
      List.of(
          Topic.EVALUATION_RESULTS.topicName(),
          Topic.EVALUATION_RESULTS.deadLetterName(),
          Topic.MODEL_VERSIONS.topicName(),
          Topic.QUESTION_TYPE_STATS.topicName(),
          Topic.QUESTION_TYPE_WEIGHTS.topicName(),
          Topic.BAD_CASES.topicName());

  private final PatientAdmin admin;
  private final WeightsConfig config;
  private final Patience patience;

  Groundwork(PatientAdmin admin, WeightsConfig config, Patience patience) {
    this.admin = admin;
    this.config = config;
    this.patience = patience;
  }

  /**
   * Waits for the topics, makes our own, looks after the state.
   *
   * @return whether the local state is to be thrown away
   */
  boolean prepare() throws Exception {
    Map<String, TopicDescription> topics =
        admin.ask("the topics", a -> a.describeTopics(TOPICS).allTopicNames());
    String results = Topic.EVALUATION_RESULTS.topicName();
    int partitions = Objects.requireNonNull(topics.get(results)).partitions().size();
    create(InternalTopics.partials(config), 1);
    create(InternalTopics.asks(config), partitions);
    return new LostAnswers(admin, config, patience).readAgain();
  }

  private void create(String name, int partitions) throws Exception {
    List<NewTopic> wanted =
        List.of(
            new NewTopic(name, Optional.of(partitions), Optional.empty())
                .configs(InternalTopics.settings()));
    try {
      admin.ask("the broker", a -> a.createTopics(wanted).all());
    } catch (TopicExistsException e) {
      if (admin.partitions(name) < partitions) {
        admin.ask(
            "the broker",
            a -> a.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions))).all());
      }
    }
  }
}
