package dev.dataengine.compose.chaos.observe;

import dev.dataengine.compose.chaos.evidence.Letter;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.ResultSeen;
import dev.dataengine.compose.chaos.evidence.SampleSeen;
import dev.dataengine.compose.chaos.evidence.StatsSeen;
import dev.dataengine.compose.chaos.evidence.UpdateSeen;
import dev.dataengine.compose.chaos.evidence.VersionKey;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import dev.dataengine.compose.chaos.wire.UnreadableException;
import dev.dataengine.compose.chaos.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Takes in records and keeps what they say. One thread takes in; its lock is held while lists
 * change and never while the registry is asked, which may stand still until those who look go on.
 */
final class Ledger {

  final List<ResultSeen> results = new ArrayList<>();
  final List<StatsSeen> stats = new ArrayList<>();
  final List<UpdateSeen> updates = new ArrayList<>();
  final List<VersionSeen> versions = new ArrayList<>();
  final List<SampleSeen> samples = new ArrayList<>();
  final Map<String, Set<String>> images = new HashMap<>();
  final Map<Position, String> unsound = new HashMap<>();
  final List<Letter> letters = new ArrayList<>();

  private final WireFormat wire;
  private final Templates templates;

  Ledger(WireFormat wire, Templates templates) {
    this.wire = wire;
    this.templates = templates;
  }

  void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    if (Watched.isDeadLetter(record.topic())) {
      Letter letter = letter(record);
      synchronized (this) {
        letters.add(letter);
      }
      return;
    }
    Optional<Watched> topic = Watched.of(record.topic());
    if (topic.isPresent()) {
      take(topic.get(), record);
    }
  }

  private void take(Watched topic, ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    if (record.value() == null && topic.isCompacted()) {
      return; // a deletion; what was said before was said
    }
    Position position = new Position(record.topic(), record.partition(), record.offset());
    String key = text(record.key());
    try {
      GenericRecord event = wire.read(record.value(), topic.event());
      Optional<String> problem = Soundness.problem(topic, key, event);
      if (problem.isPresent()) {
        refuse(position, problem.get());
      } else {
        Fields fields = new Fields(event);
        boolean ours = record.headers().lastHeader(Templates.OURS) != null;
        if (!ours && (topic != Watched.RESULTS || isAnnounced(fields))) {
          templates.offer(topic, record.key(), record.value());
        }
        keep(topic, position, key, fields, record.timestamp());
      }
    } catch (UnreadableException e) {
      refuse(position, String.valueOf(e.getMessage()));
    }
  }

  /** A bad result of a version that nobody announced looks sound, and is no template. */
  private synchronized boolean isAnnounced(Fields result) {
    VersionKey of = versionOf(result);
    return versions.stream()
        .anyMatch(seen -> seen.model().equals(of.model()) && seen.version() == of.version());
  }

  private synchronized void refuse(Position position, String reason) {
    unsound.put(position, reason);
  }

  private synchronized void keep(
      Watched topic, Position position, String key, Fields event, long at) {
    switch (topic) {
      case IMAGES ->
          images
              .computeIfAbsent(event.text("image_id"), id -> new HashSet<>())
              .add(event.text("sha256"));
      case RESULTS ->
          results.add(
              new ResultSeen(
                  position,
                  versionOf(event),
                  event.text("lineage"),
                  event.text("question_id"),
                  event.text("question_type"),
                  event.real("score"),
                  (int) event.number("question_count"),
                  event.number("evaluated_at")));
      case STATS ->
          stats.add(
              new StatsSeen(
                  position,
                  versionOf(event),
                  event.text("question_type"),
                  event.number("n"),
                  event.real("errors")));
      case WEIGHTS ->
          updates.add(
              new UpdateSeen(
                  position,
                  key,
                  versionOf(event),
                  event.number("sequence"),
                  event.flag("complete")));
      case SAMPLES ->
          samples.add(
              new SampleSeen(
                  position,
                  event.text("sample_id"),
                  event.text("model"),
                  event.text("question_type"),
                  event.text("image_id"),
                  event.text("image_sha256"),
                  at));
      case VERSIONS ->
          versions.add(
              new VersionSeen(
                  position,
                  event.text("model"),
                  event.number("version"),
                  event.text("lineage"),
                  offsets(event),
                  event.number("samples_trained"),
                  String.valueOf(event.event()),
                  at));
      case BAD_CASES -> {
        // nothing is judged by them
      }
    }
  }

  private static VersionKey versionOf(Fields event) {
    return new VersionKey(
        event.text("benchmark"), event.text("model"), event.number("model_version"));
  }

  private static Map<Integer, Long> offsets(Fields version) {
    Map<Integer, Long> offsets = new TreeMap<>();
    version
        .map("offsets")
        .forEach(
            (partition, next) ->
                offsets.put(Integer.valueOf(partition), ((Number) next).longValue()));
    return offsets;
  }

  private static Letter letter(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    for (Header header : record.headers()) {
      headers.put(header.key(), text(header.value()));
    }
    String partition = headers.getOrDefault("dataengine.partition", "");
    String offset = headers.getOrDefault("dataengine.offset", "");
    return new Letter(
        new Position(
            headers.getOrDefault("dataengine.topic", "(unknown)"),
            partition.matches("\\d{1,9}") ? Integer.parseInt(partition) : -1,
            offset.matches("\\d{1,18}") ? Long.parseLong(offset) : -1),
        headers.getOrDefault("dataengine.service", "(unknown)"),
        headers.getOrDefault("dataengine.reason", ""),
        record.timestamp());
  }

  private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
