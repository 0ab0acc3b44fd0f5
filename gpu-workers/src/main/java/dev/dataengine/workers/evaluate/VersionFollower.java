package dev.dataengine.workers.evaluate;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Follows a model's versions from the beginning of the topic. What is no version goes to the dead
 * letters, once and not at every start. A topic that was made anew is a new history: what the old
 * one announced is forgotten.
 */
final class VersionFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  /** Where a version waits for the end of the topic to be reached. */
  private static final Duration SOON = Duration.ofMillis(20);

  private final String model;
  private final TopicFollower follower;
  private final EventSerde<ModelVersion> serde;
  private final RecordPolicy refusing;
  private final RecordPolicy leavingOut;
  private final Outbox letters;
  private VersionLog log = new VersionLog();

  private VersionFollower(
      String model,
      TopicFollower follower,
      EventSerde<ModelVersion> serde,
      EvaluatorContext context,
      Outbox letters) {
    this.model = model;
    this.follower = follower.onRestart(partitions -> log = new VersionLog());
    this.serde = serde;
    this.letters = letters;
    this.refusing =
        RecordPolicy.deadLetters(
            context.patience(),
            new DeadLetters("evaluator", letter -> unchecked(() -> letters.send(letter))));
    this.leavingOut = RecordPolicy.leavingOut(context.patience());
  }

  /**
   * A follower with a consumer of its own.
   *
   * @param benchmark whose evaluator it is for: its group remembers which records were looked at
   */
  static VersionFollower open(
      String model, String benchmark, EvaluatorContext context, Outbox letters) throws Exception {
    String group = "evaluators." + model + "." + benchmark;
    return new VersionFollower(
        model,
        new TopicFollower(
            context
                .patience()
                .waitOut(
                    "the broker",
                    () ->
                        context
                            .clients()
                            .consumer("evaluator-versions", Map.of("group.id", group))),
            context.clients().topicIds("evaluator-versions-topic"),
            List.of(Topic.MODEL_VERSIONS),
            context.patience(),
            true),
        EventSerde.of(ModelVersion.class, context.registry()),
        context,
        letters);
  }

  /** The newest version that was not handed out yet; empty after a while. */
  Optional<ModelVersion> next() throws Exception {
    boolean any = false;
    for (ConsumerRecord<byte[], byte[]> record : follower.poll(log.isWaiting() ? SOON : POLL)) {
      take(record);
      any = true;
    }
    if (any) {
      letters.settle();
      follower.commit();
    }
    return log.isWaiting() && follower.isAtEnd() ? log.next() : Optional.empty();
  }

  /** The version is being evaluated; those below it are passed over. */
  void take(ModelVersion version) {
    log.take(version);
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    (follower.isNew(record) ? refusing : leavingOut)
        .apply(record, this::sound)
        .filter(version -> version.getModel().equals(model))
        .ifPresent(log::add);
  }

  private ModelVersion sound(ConsumerRecord<byte[], byte[]> record) {
    ModelVersion version = serde.event(record);
    if (version.getModel().equals(model)) {
      log.requireSound(version);
    }
    return version;
  }

  private static void unchecked(dev.dataengine.failure.Patience.Act act) {
    try {
      act.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  void wake() {
    follower.wake();
  }

  @Override
  public void close() {
    follower.close();
  }
}
