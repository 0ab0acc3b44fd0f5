package dev.dataengine.failure;

import dev.dataengine.serde.DeadLetters;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of one record: its work is done, or waits for a part that is away, or the record is
 * bad, whatever its work throws, and is refused with the reason.
 */
public final class RecordPolicy {
  private static final Logger log = LoggerFactory.getLogger(RecordPolicy.class);

  /** Takes records that are bad. */
  @FunctionalInterface
  public interface Refusals {
    void send(ConsumerRecord<byte[], byte[]> record, String reason);
  }

  /** What is done with a record; done again where a part outside was away. */
  @FunctionalInterface
  public interface Work<T> {
    T run(ConsumerRecord<byte[], byte[]> record) throws Exception;
  }

  private final Patience patience;
  private final Refusals refusals;

  private RecordPolicy(Patience patience, Refusals refusals) {
    this.patience = patience;
    this.refusals = refusals;
  }

  /** Bad records go to the dead letters. */
  public static RecordPolicy deadLetters(Patience patience, DeadLetters letters) {
    return new RecordPolicy(patience, letters::send);
  }

  /** Bad records go to whatever takes them. */
  public static RecordPolicy refusing(Patience patience, Refusals refusals) {
    return new RecordPolicy(patience, refusals);
  }

  /**
   * Bad records are logged and left out: for a topic that is looked through and no input. It gets
   * no dead letter, which the topic's consumers write, and which every start would repeat.
   */
  public static RecordPolicy leavingOut(Patience patience) {
    return new RecordPolicy(patience, RecordPolicy::leaveOut);
  }

  /**
   * Does the work.
   *
   * @return what it gave; empty where the record was refused
   * @throws StoppedException where the service was stopped while a part outside was away
   * @throws LocalFailureException where this machine cannot do its part
   * @throws RuntimeException where we are not allowed or configured wrongly
   */
  public <T> Optional<T> apply(ConsumerRecord<byte[], byte[]> record, Work<T> work) {
    try {
      return Optional.of(patience.waitOut("the registry or the broker", () -> work.run(record)));
    } catch (StoppedException
        | WakeupException
        | InterruptException
        | LocalFailureException notTheRecords) {
      throw notTheRecords;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (Exception e) {
      if (Failures.kindOf(e) == FailureKind.MISCONFIGURED) {
        throw e instanceof RuntimeException unchecked
            ? unchecked
            : new MisconfiguredException(Failures.reason(e), e);
      }
      refusals.send(record, Failures.reason(e));
      return Optional.empty();
    } catch (StackOverflowError | OutOfMemoryError e) {
      // of what the record asked for: others need less
      refusals.send(record, e.toString());
      return Optional.empty();
    }
  }

  private static void leaveOut(ConsumerRecord<byte[], byte[]> record, String reason) {
    log.atWarn()
        .addKeyValue("topic", record.topic())
        .addKeyValue("partition", record.partition())
        .addKeyValue("offset", record.offset())
        .addKeyValue("reason", reason)
        .log("record is left out");
  }
}
