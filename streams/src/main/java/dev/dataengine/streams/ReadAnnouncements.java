package dev.dataengine.streams;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.VersionNumbers;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps which versions were announced, for every instance. What is no announcement is left out: the
 * topic is no input of ours. Where the registry is away it waits, on the thread of the global
 * stores, which nothing else needs.
 */
final class ReadAnnouncements extends ContextualProcessor<byte[], byte[], Void, Void> {

  static final String STORE = "announced";

  private final EventSerde<ModelVersion> versions;
  private final RecordPolicy policy;

  @SuppressWarnings("NullAway.Init") // set by init, which Kafka Streams calls first
  private KeyValueStore<String, Lineages> announced;

  ReadAnnouncements(EventSerde<ModelVersion> versions, Patience patience) {
    this.versions = versions;
    this.policy = RecordPolicy.leavingOut(patience);
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    super.init(context);
    announced = context.getStateStore(STORE);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    Optional<ModelVersion> read = policy.apply(asRead(record), this::announcement);
    read.ifPresent(
        version -> {
          @Nullable Lineages before = announced.get(version.getModel());
          announced.put(
              version.getModel(), (before == null ? Lineages.NONE : before).with(version));
        });
  }

  private ModelVersion announcement(ConsumerRecord<byte[], byte[]> record) {
    ModelVersion version = versions.event(record);
    Optional<String> problem = ResultCheck.modelProblem(version.getModel());
    if (problem.isPresent()) {
      throw new SerializationException("model: " + problem.get());
    }
    if (!VersionNumbers.isPossible(version.getVersion())
        || version.getLineageSince() < 0
        || version.getLineageSince() > version.getVersion()) {
      throw new SerializationException(
          "expected 0 <= lineage_since <= version < "
              + VersionNumbers.END
              + ", got lineage_since "
              + version.getLineageSince()
              + " and version "
              + version.getVersion());
    }
    return version;
  }

  private ConsumerRecord<byte[], byte[]> asRead(Record<byte[], byte[]> record) {
    Optional<RecordMetadata> where = context().recordMetadata();
    return new ConsumerRecord<>(
        dev.dataengine.topics.Topic.MODEL_VERSIONS.topicName(),
        where.map(RecordMetadata::partition).orElse(0),
        where.map(RecordMetadata::offset).orElse(0L),
        record.key(),
        record.value());
  }
}
