package dev.dataengine.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordPolicyTest {

  private static final ConsumerRecord<byte[], byte[]> RECORD =
      new ConsumerRecord<>("images", 0, 7, new byte[0], new byte[0]);

  private final Health health = new Health();
  private final List<Duration> slept = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private boolean running = true;

  private RecordPolicy policy() {
    Patience patience =
        new Patience(
            () -> running,
            health,
            (pause, still) -> {
              slept.add(pause);
              return still.getAsBoolean();
            });
    return RecordPolicy.refusing(patience, (record, reason) -> refused.add(reason));
  }

  @Test
  void apply_workThatSucceeds_givesItsResult() {
    assertThat(policy().apply(RECORD, ConsumerRecord::offset)).contains(7L);
    assertThat(refused).isEmpty();
    assertThat(slept).isEmpty();
  }

  /** Checked, unchecked, of the virtual machine: what the record's work throws is the record's. */
  @ParameterizedTest
  @ValueSource(
      classes = {
        java.io.IOException.class,
        IllegalStateException.class,
        StackOverflowError.class,
        OutOfMemoryError.class
      })
  void apply_workThatThrows_refusesTheRecordOnce(Class<? extends Throwable> type) {
    RecordPolicy.Work<String> work =
        record -> {
          sneak(type.getConstructor(String.class).newInstance("of the record"));
          return "never";
        };

    assertThat(policy().apply(RECORD, work)).isEmpty();

    assertThat(refused).hasSize(1);
    assertThat(refused.get(0)).contains("of the record");
  }

  /** As where a disk is full: the record is as good as any. */
  @Test
  void apply_whatThisMachineCannotDo_isThrownAndTheRecordKept() {
    LocalFailureException full =
        new LocalFailureException("no space left", new java.io.IOException("no space left"));

    assertThatThrownBy(
            () ->
                policy()
                    .apply(
                        RECORD,
                        record -> {
                          throw full;
                        }))
        .isSameAs(full);
    assertThat(refused).isEmpty();
    assertThat(Failures.kindOf(full)).isEqualTo(FailureKind.OTHER);
  }

  @Test
  void apply_partAway_waitsAndDoesTheWorkAgain() {
    health.running();
    AtomicInteger tries = new AtomicInteger();
    List<Health.State> seen = new ArrayList<>();

    var result =
        policy()
            .apply(
                RECORD,
                record -> {
                  seen.add(health.status().state());
                  if (tries.incrementAndGet() < 4) {
                    throw new TimeoutException("broker");
                  }
                  return "done";
                });

    assertThat(result).contains("done");
    assertThat(refused).isEmpty();
    assertThat(slept).hasSize(3);
    assertThat(slept.get(2)).isGreaterThan(slept.get(0));
    assertThat(seen)
        .containsExactly(
            Health.State.RUNNING, Health.State.WAITING, Health.State.WAITING, Health.State.WAITING);
    assertThat(health.status().state()).isEqualTo(Health.State.RUNNING);
    assertThat(health.status().outages()).isEqualTo(1);
  }

  @Test
  void apply_partAwayWhileStopping_endsAndRefusesNothing() {
    running = false;

    assertThatThrownBy(
            () ->
                policy()
                    .apply(
                        RECORD,
                        record -> {
                          throw new TimeoutException("broker");
                        }))
        .isInstanceOf(StoppedException.class);
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(classes = {SaslAuthenticationException.class, MisconfiguredException.class})
  void apply_notAllowed_isThrownAndRefusesNothing(Class<? extends RuntimeException> type) {
    assertThatThrownBy(
            () ->
                policy()
                    .apply(
                        RECORD,
                        record -> {
                          throw type.getConstructor(String.class).newInstance("no");
                        }))
        .isInstanceOf(type);
    assertThat(refused).isEmpty();
  }

  @Test
  void apply_wakeUp_isThrownAndRefusesNothing() {
    assertThatThrownBy(
            () ->
                policy()
                    .apply(
                        RECORD,
                        record -> {
                          throw new WakeupException();
                        }))
        .isInstanceOf(WakeupException.class);
    assertThat(refused).isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable failure) throws T {
    throw (T) failure;
  }
}
