package dev.dataengine.streams;

import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * What must be there before Kafka Streams starts: the topics, and a state that belongs to the
 * position in the input.
 */
final class Groundwork {

  private final Admin admin;
  private final WeightsConfig config;
  private final Patience patience;

  Groundwork(Admin admin, WeightsConfig config, Patience patience) {
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
    int partitions = patience.waitOut("the topics", this::partitionsOfResults);
    patience.waitOut("the broker", () -> create(InternalTopics.partials(config), 1));
    patience.waitOut("the broker", () -> create(InternalTopics.asks(config), partitions));
    return new LostAnswers(admin, config, patience).readAgain();
  }

  private int partitionsOfResults() throws Exception {
    for (String topic :
        List.of(
            Topic.EVALUATION_RESULTS.deadLetterName(),
            Topic.MODEL_VERSIONS.topicName(),
            Topic.QUESTION_TYPE_STATS.topicName(),
            Topic.QUESTION_TYPE_WEIGHTS.topicName(),
            Topic.BAD_CASES.topicName())) {
      Brokers.partitions(admin, topic);
    }
    return Brokers.partitions(admin, Topic.EVALUATION_RESULTS.topicName());
  }

  private void create(String name, int partitions) throws Exception {
    try {
      Brokers.get(
          admin
              .createTopics(
                  List.of(
                      new NewTopic(name, Optional.of(partitions), Optional.empty())
                          .configs(InternalTopics.settings())))
              .all());
    } catch (TopicExistsException e) {
      if (Brokers.partitions(admin, name) < partitions) {
        Brokers.get(
            admin.createPartitions(Map.of(name, NewPartitions.increaseTo(partitions))).all());
      }
    }
  }
}
