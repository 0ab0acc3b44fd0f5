package dev.dataengine.compose.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.chaos.evidence.Letter;
import dev.dataengine.compose.chaos.evidence.Position;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private SoundEvents events;
  private Templates templates;
  private Ledger ledger;

  @BeforeEach
  void open() throws Exception {
    events = new SoundEvents();
    templates = new Templates(events.wire());
    ledger = new Ledger(events.wire(), templates);
  }

  @AfterEach
  void close() {
    events.close();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, byte[] key, byte @Nullable [] value, Headers headers) {
    return new ConsumerRecord<>(
        topic, 3, 17, 55, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
  }

  private void take(Watched topic) throws Exception {
    ledger.take(
        record(
            topic.topic(),
            SoundEvents.key(topic).getBytes(StandardCharsets.UTF_8),
            events.bytes(topic),
            new RecordHeaders()));
  }

  @Test
  void take_resultOfAVersionThatNobodyAnnounced_isNoTemplate() throws Exception {
    take(Watched.RESULTS);
    assertThat(templates.of(Watched.RESULTS, 0)).isEmpty();

    take(Watched.VERSIONS);
    take(Watched.RESULTS);

    assertThat(ledger.results).hasSize(2);
    assertThat(templates.of(Watched.RESULTS, 0)).isPresent();
  }

  /** Of an image elsewhere nobody sees that its sha256 is another's. */
  @Test
  void take_recordThatChaosSent_countsAndIsNoTemplate() throws Exception {
    RecordHeaders ours = new RecordHeaders();
    ours.add(Templates.OURS, new byte[0]);
    ledger.take(
        record(
            Watched.IMAGES.topic(),
            SoundEvents.key(Watched.IMAGES).getBytes(StandardCharsets.UTF_8),
            events.bytes(Watched.IMAGES),
            ours));

    assertThat(ledger.images).hasSize(1);
    assertThat(templates.of(Watched.IMAGES, 0)).isEmpty();

    take(Watched.IMAGES);
    assertThat(templates.of(Watched.IMAGES, 0)).isPresent();
  }

  @Test
  void take_soundEvents_keepsWhatTheySay() throws Exception {
    for (Watched topic : Watched.values()) {
      take(topic);
    }

    assertThat(ledger.unsound).isEmpty();
    assertThat(ledger.images).containsOnlyKeys("i");
    assertThat(ledger.results)
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.version()).hasToString("b|m|1");
              assertThat(result.questions()).isEqualTo(4);
              assertThat(result.evaluatedAt()).isEqualTo(1_000);
            });
    assertThat(ledger.stats).singleElement().matches(stats -> stats.n() == 1);
    assertThat(ledger.updates).singleElement().matches(update -> update.key().equals("b|m"));
    assertThat(ledger.samples)
        .singleElement()
        .matches(sample -> sample.at() == 55 && sample.model().equals("m"));
    assertThat(ledger.versions)
        .singleElement()
        .satisfies(
            version -> {
              assertThat(version.offsets()).isEqualTo(Map.of(0, 7L, 3, 9L));
              assertThat(version.samplesTrained()).isEqualTo(12);
            });
  }

  @Test
  void take_bytesThatAreNoEvent_areUnsoundWithTheirPlace() throws Exception {
    ledger.take(record("bad-cases", new byte[] {'t'}, new byte[] {9, 9}, new RecordHeaders()));
    ledger.take(record("vqa-samples", new byte[] {'t'}, null, new RecordHeaders()));

    assertThat(ledger.unsound.keySet())
        .isEqualTo(Set.of(new Position("bad-cases", 3, 17), new Position("vqa-samples", 3, 17)));
  }

  @Test
  void take_aDeletionFromACompactedTopic_isNoFault() throws Exception {
    ledger.take(record("images", new byte[] {'i'}, null, new RecordHeaders()));

    assertThat(ledger.unsound).isEmpty();
  }

  @Test
  void take_aDeadLetter_isReadByItsHeaders() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    Map.of(
            "dataengine.topic", "images",
            "dataengine.partition", "2",
            "dataengine.offset", "41",
            "dataengine.service", "trainer",
            "dataengine.reason", "because")
        .forEach((name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));

    ledger.take(record("images.dead-letter", new byte[0], new byte[0], headers));

    assertThat(ledger.letters)
        .containsExactly(new Letter(new Position("images", 2, 41), "trainer", "because", 55));
  }
}
