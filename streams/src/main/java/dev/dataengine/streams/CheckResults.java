package dev.dataengine.streams;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.serde.DeadLetters;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Parts results that make sense from those that go to the dead letters. */
final class CheckResults extends ContextualProcessor<byte[], Received, byte[], Checked> {

  private final WeightsMetrics metrics;

  CheckResults(WeightsMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void process(Record<byte[], Received> record) {
    byte @Nullable [] key = record.key();
    @Nullable Received received = record.value();
    @Nullable EvaluationResult result = received == null ? null : received.result();
    Optional<String> problem = ResultCheck.problem(key, result);
    if (problem.isEmpty() && result != null) {
      context().forward(record.withValue(new Checked.Sound(result)));
      return;
    }
    metrics.senseless().increment();
    new DeadLetters(WeightsService.NAME, letter -> forward(record, letter))
        .send(
            asRead(record, received == null ? null : received.bytes().get()),
            problem.orElseThrow());
  }

  private void forward(Record<byte[], Received> record, ProducerRecord<byte[], byte[]> letter) {
    context()
        .forward(
            record
                .<Checked>withValue(
                    new Checked.Refused(Bytes.wrap(letter.key()), Bytes.wrap(letter.value())))
                .withHeaders(letter.headers()));
  }

  /** The record as the consumer saw it, for {@link DeadLetters}. */
  private ConsumerRecord<byte[], byte[]> asRead(
      Record<byte[], Received> record, byte @Nullable [] value) {
    RecordMetadata where = context().recordMetadata().orElseThrow();
    return new ConsumerRecord<>(
        where.topic(),
        where.partition(),
        where.offset(),
        record.timestamp(),
        TimestampType.CREATE_TIME,
        ConsumerRecord.NULL_SIZE,
        ConsumerRecord.NULL_SIZE,
        record.key(),
        value,
        new RecordHeaders(record.headers()),
        Optional.empty());
  }
}
