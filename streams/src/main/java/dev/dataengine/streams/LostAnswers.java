package dev.dataengine.streams;

import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that do not belong to the position in the input: a partition's are gone (their changelog
 * was deleted, or they are of a release that kept them otherwise) while the position says that its
 * results were read. Then these are read again from their beginning.
 */
final class LostAnswers {

  private static final String BROKER = "the broker";
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Longer than a session: a member that was killed is gone by then. */
  private static final int ATTEMPTS = 30;

  private static final Logger log = LoggerFactory.getLogger(LostAnswers.class);

  private final PatientAdmin admin;
  private final WeightsConfig config;
  private final Patience patience;

  LostAnswers(PatientAdmin admin, WeightsConfig config, Patience patience) {
    this.admin = admin;
    this.config = config;
    this.patience = patience;
  }

  /**
   * Sets positions back where answers are gone.
   *
   * @return whether it did; then what is left of the local state is to be thrown away
   */
  boolean readAgain() throws Exception {
    Set<TopicPartition> lost = lost();
    return !lost.isEmpty() && readAgain(lost);
  }

  /** Partitions of the results that were read though there are no answers of them. */
  private Set<TopicPartition> lost() throws Exception {
    Set<TopicPartition> read = new HashSet<>();
    committed()
        .forEach(
            (partition, offset) -> {
              if (partition.topic().equals(Topic.EVALUATION_RESULTS.topicName())
                  && offset != null
                  && offset.offset() > 0) {
                read.add(partition);
              }
            });
    if (read.isEmpty()) {
      return read;
    }
    String changelog = config.applicationId() + "-" + Answers.STORE + "-changelog";
    if (!admin.ask(BROKER, a -> a.listTopics().names()).contains(changelog)) {
      return read;
    }
    int partitions = admin.partitions(changelog);
    Set<TopicPartition> logs =
        read.stream()
            .filter(partition -> partition.partition() < partitions)
            .map(partition -> new TopicPartition(changelog, partition.partition()))
            .collect(Collectors.toSet());
    Map<TopicPartition, Long> first = offsets(logs, OffsetSpec.earliest());
    offsets(logs, OffsetSpec.latest())
        .forEach(
            (log, last) -> {
              if (first.getOrDefault(log, last) < last) {
                read.remove(
                    new TopicPartition(Topic.EVALUATION_RESULTS.topicName(), log.partition()));
              }
            });
    return read;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
    try {
      return admin.ask(
          BROKER,
          a -> a.listConsumerGroupOffsets(config.applicationId()).partitionsToOffsetAndMetadata());
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
  }

  private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
      throws Exception {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, which));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .ask(BROKER, a -> a.listOffsets(asked).all())
        .forEach((partition, info) -> offsets.put(partition, info.offset()));
    return offsets;
  }

  private boolean readAgain(Set<TopicPartition> partitions) throws Exception {
    log.atWarn()
        .addKeyValue("partitions", partitions)
        .log("the answers of results that were read are gone; the results are read again");
    for (int attempt = 0; attempt < ATTEMPTS && patience.isRunning(); attempt++) {
      try {
        admin.ask(
            BROKER, a -> a.deleteConsumerGroupOffsets(config.applicationId(), partitions).all());
        return true;
      } catch (GroupSubscribedToTopicException | GroupNotEmptyException e) {
        patience.pause(PAUSE);
        if (lost().isEmpty()) {
          return true; // another instance has done it
        }
      }
    }
    if (!patience.isRunning()) {
      throw new StoppedException("other instances to end");
    }
    // to begin on what is left would hide that anything was lost
    throw new MisconfiguredException(
        "the answers of %s that were counted are gone, and other instances of %s run: stop all, then start one, which reads the results again"
            .formatted(partitions, config.applicationId()));
  }
}
