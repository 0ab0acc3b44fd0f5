package dev.dataengine.compose.simulate;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Judges a run at its end from the topics, and from what the versions say that they learned. */
final class Judge {
  private static final double EXACT = 1e-9;

  private final World world;
  private final Topics topics;
  private final Verdicts verdicts;

  Judge(World world) {
    this.world = world;
    this.topics = new Topics(world);
    this.verdicts = world.verdicts();
  }

  void judge(List<String> models, Poisoner poisoner) throws IOException {
    Map<String, ModelVersion> announced = versions();
    for (String model : models) {
      results(model, announced);
      samples(model, announced, poisoner);
    }
    weights();
    poison(poisoner);
  }

  /** Every record ever announced; also what makes a version (model, number) one. */
  private Map<String, ModelVersion> versions() {
    Map<String, ModelVersion> byId = new LinkedHashMap<>();
    Map<String, Long> newest = new HashMap<>();
    for (Topics.Read<ModelVersion> read : topics.all(Topic.MODEL_VERSIONS, ModelVersion.class)) {
      ModelVersion version = read.event();
      String id = version.getModel() + "|" + version.getVersion();
      ModelVersion before = byId.putIfAbsent(id, version);
      verdicts.check(
          Invariant.VERSION_NEVER_CHANGES,
          before == null || before.equals(version),
          () -> id + " was announced as " + before + " and as " + version);
      long last = newest.getOrDefault(version.getModel(), -1L);
      verdicts.check(
          Invariant.VERSIONS_MONOTONIC,
          before != null || version.getVersion() > last,
          () -> id + " came after " + last);
      newest.merge(version.getModel(), version.getVersion(), Math::max);
    }
    return byId;
  }

  private void results(String model, Map<String, ModelVersion> announced) {
    List<EvaluationResult> sound = new ArrayList<>();
    for (Topics.Read<EvaluationResult> read :
        topics.all(Topic.EVALUATION_RESULTS, EvaluationResult.class)) {
      EvaluationResult result = read.event();
      ModelVersion version = announced.get(result.getModel() + "|" + result.getModelVersion());
      boolean right =
          result.getModel().equals(model)
              && version != null
              && version.getLineage().equals(result.getLineage())
              && result.getScore() >= 0
              && result.getScore() <= 1
              && text(read.record().key()).equals(result.getQuestionId());
      if (right) {
        sound.add(result);
      }
    }
    TimeOrderOracle oracle = new TimeOrderOracle(sound);
    Map<String, QuestionTypeStats> stats = new HashMap<>();
    for (Topics.Read<QuestionTypeStats> read :
        topics.all(Topic.QUESTION_TYPE_STATS, QuestionTypeStats.class)) {
      stats.put(text(read.record().key()), read.event());
    }
    oracle
        .tallies()
        .forEach(
            (version, byType) ->
                byType.forEach(
                    (type, tally) -> {
                      String key = SimBenchmark.NAME + "|" + model + "|" + version + "|" + type;
                      QuestionTypeStats told = stats.get(key);
                      long n = told == null ? 0 : told.getN();
                      verdicts.check(
                          Invariant.NO_RESULT_LOST,
                          n >= tally.n(),
                          () -> key + ": " + tally.n() + " distinct results, " + n + " counted");
                      verdicts.check(
                          Invariant.NO_RESULT_TWICE,
                          n <= tally.n(),
                          () -> key + ": " + tally.n() + " distinct results, " + n + " counted");
                    }));
    finalWeights(model, oracle);
  }

  private void finalWeights(String model, TimeOrderOracle oracle) {
    WeightUpdate last = null;
    for (Topics.Read<WeightUpdate> read :
        topics.all(Topic.QUESTION_TYPE_WEIGHTS, WeightUpdate.class)) {
      if (read.event().getModel().equals(model)) {
        last = read.event();
      }
    }
    if (last == null || oracle.newest() < 0) {
      verdicts.check(
          Invariant.WEIGHTS_OF_NEWEST_ONLY,
          last == null && oracle.newest() < 0,
          () -> model + ": results without weights, or weights without results");
      return;
    }
    WeightUpdate told = last;
    verdicts.check(
        Invariant.WEIGHTS_OF_NEWEST_ONLY,
        told.getModelVersion() == oracle.newest(),
        () -> model + ": weights of v" + told.getModelVersion() + ", newest v" + oracle.newest());
    oracle
        .weights()
        .forEach(
            (type, weight) ->
                verdicts.check(
                    Invariant.WEIGHTS_OF_NEWEST_ONLY,
                    told.getTypes().containsKey(type)
                        && Math.abs(told.getTypes().get(type).getWeight() - weight) < EXACT,
                    () ->
                        "%s v%d %s: in time order %s, told %s"
                            .formatted(
                                model,
                                told.getModelVersion(),
                                type,
                                weight,
                                told.getTypes().get(type))));
  }

  /** Updates follow each other without a gap, and never go back to an older version. */
  private void weights() {
    Map<String, WeightUpdate> last = new HashMap<>();
    for (Topics.Read<WeightUpdate> read :
        topics.all(Topic.QUESTION_TYPE_WEIGHTS, WeightUpdate.class)) {
      WeightUpdate update = read.event();
      String pair = update.getBenchmark() + "|" + update.getModel();
      WeightUpdate before = last.put(pair, update);
      long sequence = before == null ? 0 : before.getSequence();
      verdicts.check(
          Invariant.WEIGHTS_OF_NEWEST_ONLY,
          update.getSequence() == sequence + 1
              && (before == null || update.getModelVersion() >= before.getModelVersion()),
          () -> pair + ": update " + update + " after " + before);
    }
  }

  /** What the newest version learned is what is visible before its offsets, each once. */
  private void samples(String model, Map<String, ModelVersion> announced, Poisoner poisoner)
      throws IOException {
    ModelVersion newest = null;
    for (ModelVersion version : announced.values()) {
      if (version.getModel().equals(model)) {
        newest = version;
      }
    }
    String uri = newest == null ? null : newest.getAdapterUri();
    if (newest == null || uri == null) {
      return;
    }
    ModelVersion version = newest;
    Set<String> bad = new HashSet<>(poisoner.places(Topic.VQA_SAMPLES));
    Map<String, Integer> learned = new TreeMap<>();
    for (String line : FormulaLearner.learnedBy(Path.of(URI.create(uri)))) {
      learned.merge(line.substring(0, line.indexOf('\t')), 1, Integer::sum);
    }
    for (Topics.Read<VqaSample> read : topics.all(Topic.VQA_SAMPLES, VqaSample.class)) {
      VqaSample sample = read.event();
      String place = read.record().partition() + "@" + read.record().offset();
      long next =
          version.getOffsets().getOrDefault(Integer.toString(read.record().partition()), 0L);
      boolean ours = sample.getModel().isEmpty() || sample.getModel().equals(model);
      if (ours && !bad.contains(place) && read.record().offset() < next) {
        Integer times = learned.remove(sample.getSampleId());
        verdicts.check(
            Invariant.NO_SAMPLE_LOST,
            times != null || isGone(read.record()),
            () -> "v" + version.getVersion() + " of " + model + " lacks the sample at " + place);
        verdicts.check(
            Invariant.NO_SAMPLE_TWICE,
            times == null || times == 1,
            () ->
                "v%d of %s has the sample at %s %d times"
                    .formatted(version.getVersion(), model, place, times));
      }
    }
    verdicts.check(
        Invariant.NO_SAMPLE_TWICE,
        learned.isEmpty(),
        () ->
            "v"
                + version.getVersion()
                + " of "
                + model
                + " has learned beyond its offsets: "
                + learned.keySet());
  }

  /**
   * All bad records, and no others, are in the dead letters. By their keys: Kafka's test driver has
   * offsets of its own.
   */
  private void poison(Poisoner poisoner) {
    for (Topic topic : Topic.catalogue()) {
      Set<String> lettered = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> letter : world.cluster().read(topic.deadLetterName())) {
        lettered.add(text(letter.key()));
        verdicts.check(
            Invariant.POISON_ISOLATED,
            poisoner.keys(topic).contains(text(letter.key())),
            () ->
                "%s: the record of key %s, which is no poison, is in the dead letters of %s: %s"
                    .formatted(
                        topic.topicName(),
                        text(letter.key()),
                        header(letter, "service"),
                        header(letter, "reason")));
      }
      Set<String> gone = new HashSet<>();
      for (ConsumerRecord<byte[], byte[]> record : world.cluster().readEver(topic.topicName())) {
        if (isGone(record)) {
          gone.add(text(record.key()));
        }
      }
      for (String key : poisoner.keys(topic)) {
        verdicts.check(
            Invariant.POISON_ISOLATED,
            lettered.contains(key) || gone.contains(key),
            () -> topic.topicName() + ": " + key + " is in no dead letters");
      }
    }
  }

  /** Whether retention has taken it, perhaps before anybody read it. */
  private boolean isGone(ConsumerRecord<byte[], byte[]> record) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    return record.offset() < world.cluster().start(partition);
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader("dataengine." + name);
    return header == null ? "" : text(header.value());
  }

  private static String text(byte @org.jspecify.annotations.Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }
}
