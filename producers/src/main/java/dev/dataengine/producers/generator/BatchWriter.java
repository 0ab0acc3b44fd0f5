package dev.dataengine.producers.generator;

import dev.dataengine.events.VqaSample;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes samples and sends them with the rejections and dead letters, a transaction for each batch.
 *
 * <p>Of a batch that failed the samples are given up, and their questions may be asked again: if
 * the commit went through and only its answer was lost, sending them again would train on them
 * twice. The rejections go with the next batch: twice in the topic is better than dropped.
 */
final class BatchWriter {

  private static final Logger log = LoggerFactory.getLogger(BatchWriter.class);

  /** What came of the attempts of a batch. */
  enum Result {
    /** At least one sample, and the batch is committed. */
    MADE,
    /** Attempts, but no sample that anybody can see. */
    IN_VAIN,
    /** There was no room, or nothing can be written now. */
    NO_ATTEMPT
  }

  private final SampleGenerator generator;
  private final OutcomeRecords records;
  private final GeneratorInputs inputs;
  private final SampleTransactions transactions;
  private final GeneratorMetrics metrics;

  /** Of batches that failed; never more than one batch holds, as they count as part of the next. */
  private List<Outcome> rejections = List.of();

  BatchWriter(
      SampleGenerator generator,
      OutcomeRecords records,
      GeneratorInputs inputs,
      SampleTransactions transactions,
      GeneratorMetrics metrics) {
    this.generator = generator;
    this.records = records;
    this.inputs = inputs;
    this.transactions = transactions;
    this.metrics = metrics;
  }

  /** Makes and sends a batch of at most {@code room}, or what waits where that is more. */
  Result write(int room, ConsumerGroupMetadata group) {
    List<Outcome> fresh = make(room - rejections.size());
    List<Outcome> batch = new ArrayList<>(rejections);
    batch.addAll(fresh);
    boolean sent = send(batch, group);
    if (sent) {
      rejections = List.of();
      batch.forEach(metrics::count);
    } else {
      giveUp(batch);
    }
    if (fresh.isEmpty()) {
      return Result.NO_ATTEMPT;
    }
    return sent && fresh.stream().anyMatch(Outcome.Made.class::isInstance)
        ? Result.MADE
        : Result.IN_VAIN;
  }

  private List<Outcome> make(int count) {
    List<Outcome> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Outcome outcome = generator.next();
      if (outcome instanceof Outcome.Nothing) {
        break;
      }
      made.add(outcome);
    }
    return made;
  }

  /** False where the batch did not get through, as far as we know. */
  private boolean send(List<Outcome> batch, ConsumerGroupMetadata group) {
    List<ProducerRecord<byte[], byte[]>> all;
    try {
      all = records.of(batch);
    } catch (SerializationException e) {
      log.atWarn().setCause(e).log("waiting for the registry");
      return false;
    }
    all.addAll(inputs.letters());
    if (all.isEmpty() || !transactions.send(all, inputs.offsets(), group)) {
      return false;
    }
    inputs.lettersSent();
    return true;
  }

  private void giveUp(List<Outcome> batch) {
    for (Outcome outcome : batch) {
      if (outcome instanceof Outcome.Made made) {
        VqaSample sample = made.sample();
        generator.recent().forget(sample.getImageId(), sample.getQuestion());
      }
    }
    rejections = batch.stream().filter(Outcome.Refused.class::isInstance).toList();
  }
}
