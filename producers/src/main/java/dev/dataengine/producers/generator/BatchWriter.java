package dev.dataengine.producers.generator;

import dev.dataengine.failure.Patience;
import dev.dataengine.producers.loop.LoopParts;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes samples and sends them with the rejections and dead letters, a transaction for each batch,
 * which is sent until it is committed.
 */
final class BatchWriter {

  /** Bytes of samples and rejections in one batch; what is made beyond goes with the next. */
  static final long MOST_BYTES = 8L << 20;

  /** What came of the attempts of a batch. */
  enum Result {
    /** At least one sample. */
    MADE,
    /** Attempts, but no sample. */
    IN_VAIN,
    /** There was no room, or nothing can be written now. */
    NO_ATTEMPT
  }

  private final SampleGenerator generator;
  private final OutcomeRecords records;
  private final GeneratorInputs inputs;
  private final SampleTransactions transactions;
  private final GeneratorMetrics metrics;
  private final LoopParts parts;

  BatchWriter(
      SampleGenerator generator,
      GeneratorInputs inputs,
      SampleTransactions transactions,
      GeneratorMetrics metrics,
      LoopParts parts) {
    this.generator = generator;
    this.records = new OutcomeRecords(parts.registry());
    this.inputs = inputs;
    this.transactions = transactions;
    this.metrics = metrics;
    this.parts = parts;
  }

  /** Makes and sends a batch of at most {@code room} attempts; with it, letters that wait. */
  Result write(int room) throws Exception {
    List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
    List<Outcome> outcomes = make(room, batch);
    send(batch);
    outcomes.forEach(metrics::count);
    if (outcomes.isEmpty()) {
      return Result.NO_ATTEMPT;
    }
    return outcomes.stream().anyMatch(Outcome.Made.class::isInstance)
        ? Result.MADE
        : Result.IN_VAIN;
  }

  private List<Outcome> make(int room, List<ProducerRecord<byte[], byte[]>> batch)
      throws Exception {
    Patience patience = parts.patience();
    List<Outcome> outcomes = new ArrayList<>();
    long bytes = 0;
    while (outcomes.size() < room && bytes < MOST_BYTES) {
      Outcome outcome = generator.next();
      if (outcome instanceof Outcome.Nothing) {
        break;
      }
      ProducerRecord<byte[], byte[]> record =
          patience.waitOut("the registry", () -> records.of(outcome));
      outcomes.add(outcome);
      batch.add(record);
      bytes += record.value().length;
    }
    return outcomes;
  }

  /** Sends the letters that wait, and nothing else. */
  void sendLetters() throws Exception {
    while (!inputs.letters().isEmpty()) {
      send(new ArrayList<>());
    }
  }

  private void send(List<ProducerRecord<byte[], byte[]>> batch) throws Exception {
    List<ProducerRecord<byte[], byte[]>> letters = inputs.letters().first();
    batch.addAll(letters);
    if (!batch.isEmpty()) {
      transactions.send(parts.ids().get(), batch, inputs.offsets(letters.size()));
      inputs.letters().sent(letters.size());
    }
  }
}
