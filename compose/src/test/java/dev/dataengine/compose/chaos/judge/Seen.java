package dev.dataengine.compose.chaos.judge;

import dev.dataengine.compose.chaos.evidence.Evidence;
import dev.dataengine.compose.chaos.evidence.Letter;
import dev.dataengine.compose.chaos.evidence.Pace;
import dev.dataengine.compose.chaos.evidence.Poison;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.evidence.ResultSeen;
import dev.dataengine.compose.chaos.evidence.SampleSeen;
import dev.dataengine.compose.chaos.evidence.Span;
import dev.dataengine.compose.chaos.evidence.StatsSeen;
import dev.dataengine.compose.chaos.evidence.UpdateSeen;
import dev.dataengine.compose.chaos.evidence.VersionKey;
import dev.dataengine.compose.chaos.evidence.VersionSeen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A run as a test wants it; {@link #allWell} is one in which everything holds. */
final class Seen {

  static final String MODEL = "m";
  static final long CALM = 1_000;

  final List<ResultSeen> results = new ArrayList<>();
  final List<StatsSeen> stats = new ArrayList<>();
  final List<UpdateSeen> updates = new ArrayList<>();
  final List<VersionSeen> versions = new ArrayList<>();
  final List<SampleSeen> samples = new ArrayList<>();
  final Map<String, Set<String>> images = new HashMap<>();
  final Map<Position, String> unsound = new HashMap<>();
  final List<Letter> letters = new ArrayList<>();
  final List<Poison> poison = new ArrayList<>();
  final List<Pace> paces = new ArrayList<>();
  final Map<String, List<Span>> befell = new HashMap<>();
  private long offset;

  /** Two versions, two types of two questions, four samples; all counted, trained, calm. */
  static Seen allWell() {
    Seen seen = new Seen();
    seen.images.put("i", Set.of("sha"));
    for (int version = 0; version < 2; version++) {
      for (int question = 0; question < 4; question++) {
        seen.result(version, "q" + question, question < 2 ? "a" : "b", question % 2);
      }
      seen.stats(version, "a", 2, 1);
      seen.stats(version, "b", 2, 1);
      seen.update(version, version + 1, true);
      for (int sample = 0; sample < 2; sample++) {
        seen.sample("s" + version + sample, 2 * version + sample, version == 0 ? 0 : CALM);
      }
    }
    seen.version(0, Map.of(), 0, 0);
    seen.version(1, Map.of(0, 4L), 4, CALM);
    seen.paces.add(new Pace(0, 2));
    return seen;
  }

  Position at(String topic) {
    return new Position(topic, 0, offset++);
  }

  static VersionKey key(long version) {
    return new VersionKey("bench", MODEL, version);
  }

  void result(long version, String question, String type, double score) {
    results.add(
        new ResultSeen(
            at("evaluation-results"), key(version), "", question, type, score, 4, offset));
  }

  void stats(long version, String type, long n, double errors) {
    stats.add(new StatsSeen(at("question-type-stats"), key(version), type, n, errors));
  }

  void update(long version, long sequence, boolean complete) {
    updates.add(
        new UpdateSeen(
            at("question-type-weights"), "bench|" + MODEL, key(version), sequence, complete));
  }

  void version(long version, Map<Integer, Long> offsets, long trained, long at) {
    versions.add(
        new VersionSeen(
            at("model-versions"),
            MODEL,
            version,
            "",
            offsets,
            trained,
            "content " + version + offsets,
            at));
  }

  void sample(String id, long sampleOffset, long at) {
    sample(id, "i", sampleOffset, at);
  }

  void sample(String id, String image, long sampleOffset, long at) {
    samples.add(
        new SampleSeen(
            new Position("vqa-samples", 0, sampleOffset), id, MODEL, "a", image, "sha", at));
  }

  Evidence evidence() {
    return new Evidence(
        new Evidence.Rules(MODEL, 8, 2, 2),
        results,
        stats,
        updates,
        versions,
        samples,
        images,
        unsound,
        letters,
        poison,
        paces,
        befell,
        CALM);
  }

  /** Names of the invariants that do not hold. */
  List<String> violated() {
    return Invariants.judge(evidence()).stream()
        .filter(verdict -> !verdict.holds())
        .map(Verdict::invariant)
        .toList();
  }
}
