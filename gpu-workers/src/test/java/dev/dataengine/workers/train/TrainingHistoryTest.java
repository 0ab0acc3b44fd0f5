package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.topics.Topic;
import dev.dataengine.workers.adapter.PeftFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.statistics.Statistics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Whatever happens to a model's trainings and their directories, a version has one content for
 * ever, numbers rise, and a version has learnt from each sample behind its offsets once.
 */
class TrainingHistoryTest {

  private static final int PARTITIONS = 2;
  private static final String[] DIRECTORIES = {"a", "b", "c"};

  /** One history; it keeps the oracle, which knows of topics and directories only. */
  private static final class History {
    private final TrainingBench bench = new TrainingBench(PARTITIONS);
    private final Random random;
    private final Path root;
    private final Map<Long, ModelVersion> everAnnounced = new HashMap<>();
    private final StringBuilder story = new StringBuilder();
    private int heard;
    private int judged;
    private long newest = -1;
    private String directory = DIRECTORIES[0];
    private @Nullable Training<FormulaLearner.Sample> running;

    History(long seed, Path root) {
      this.random = new Random(seed);
      this.root = root;
    }

    private Path at() {
      return root.resolve(directory);
    }

    void run() throws Exception {
      for (int i = 0; i < 40; i++) {
        act(random.nextInt(12));
        listen();
      }
      kill();
    }

    private void act(int what) throws Exception {
      story.append(' ').append(what);
      switch (what) {
        case 0, 1, 2 -> bench.write(1 + random.nextInt(12), "0.5");
        case 3 -> bench.write(1 + random.nextInt(2), "unreadable");
        case 4, 5, 6 -> pass(1 + random.nextInt(6));
        case 7 -> kill();
        case 8 -> stop();
        case 9 -> killedWhileItPublishes();
        case 10 -> {
          kill();
          directory = DIRECTORIES[random.nextInt(DIRECTORIES.length)];
          story.append(directory);
        }
        default -> {
          kill();
          tamper();
        }
      }
    }

    private @Nullable Training<FormulaLearner.Sample> running() throws Exception {
      if (running == null) {
        try {
          running = bench.open(at());
        } catch (MisconfiguredException e) {
          // nothing whole is left there; an operator would begin anew elsewhere
          assertThat(e).hasMessageContaining("none can be gone on from");
          story.append('!');
          deleteTree(at());
        }
      }
      return running;
    }

    private void pass(int times) throws Exception {
      Training<FormulaLearner.Sample> training = running();
      if (training != null) {
        bench.pass(training, times);
      }
    }

    private void kill() throws IOException {
      if (running != null) {
        running.close();
        running = null;
      }
    }

    private void stop() throws Exception {
      if (running != null) {
        running.finish();
        kill();
      }
    }

    /** The checkpoint is written, and its announcement does not get out. */
    private void killedWhileItPublishes() throws Exception {
      Training<FormulaLearner.Sample> training = running();
      if (training == null) {
        return;
      }
      bench.write(8, "0.5");
      bench.cluster.failTransactions = true;
      bench.pauses = 3;
      try {
        bench.pass(training, 6);
      } catch (StoppedException e) {
        story.append('k');
      } finally {
        bench.cluster.failTransactions = false;
        bench.pauses = 1_000_000;
        bench.running = true;
      }
      kill();
    }

    private void tamper() throws Exception {
      List<Path> checkpoints = checkpoints();
      if (checkpoints.isEmpty()) {
        return;
      }
      Path newest = checkpoints.get(checkpoints.size() - 1);
      Path older = checkpoints.get(random.nextInt(checkpoints.size()));
      int how = random.nextInt(5);
      story.append("ABCDE".charAt(how));
      switch (how) {
        case 0 -> flip(newest);
        case 1 -> flip(older);
        case 2 -> deleteTree(newest);
        case 3 -> {
          if (!older.equals(newest)) {
            deleteTree(newest);
            copy(older, newest);
          }
        }
        default -> bench.cluster.compact(Topic.MODEL_VERSIONS);
      }
      heard = Math.min(heard, bench.announced().size());
      if (how == 4) {
        heard = bench.announced().size();
      }
    }

    private List<Path> checkpoints() throws IOException {
      if (!Files.isDirectory(at())) {
        return List.of();
      }
      try (Stream<Path> files = Files.list(at())) {
        return files.filter(f -> f.getFileName().toString().startsWith("v")).sorted().toList();
      }
    }

    private void flip(Path checkpoint) throws IOException {
      try (Stream<Path> files = Files.list(checkpoint)) {
        List<Path> all = files.sorted().toList();
        Path file = all.get(random.nextInt(all.size()));
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= 1;
        Files.write(file, bytes);
      }
    }

    private static void copy(Path from, Path to) throws IOException {
      Files.createDirectory(to);
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }

    private static void deleteTree(Path tree) throws IOException {
      if (Files.exists(tree)) {
        try (Stream<Path> files = Files.walk(tree)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        }
      }
    }

    /** What was announced since the last time, against all that ever was. */
    private void listen() throws Exception {
      List<ModelVersion> all = bench.announced();
      for (ModelVersion version : all.subList(heard, all.size())) {
        long number = version.getVersion();
        ModelVersion before = everAnnounced.putIfAbsent(number, version);
        if (before != null) {
          assertThat(version).as("one content for ever:%s", story).isEqualTo(before);
        } else {
          assertThat(number).as("numbers rise:%s", story).isGreaterThan(newest);
        }
        assertThat(number).as("the newest is told last:%s", story).isGreaterThanOrEqualTo(newest);
        newest = number;
        knowsItsRun(version);
        learntFromEachOnce(version);
      }
      heard = all.size();
    }

    private void knowsItsRun(ModelVersion version) {
      for (ModelVersion other : everAnnounced.values()) {
        boolean sameRun = other.getLineage().equals(version.getLineage());
        boolean since =
            other.getVersion() >= version.getLineageSince()
                && other.getVersion() <= version.getVersion();
        assertThat(sameRun).as("what lineage_since says:%s", story).isEqualTo(since);
      }
      if (version.getParent() != null) {
        assertThat(version.getParent()).isLessThan(version.getVersion());
      }
      assertThat(version.getParent() == null)
          .as("the base alone has no parent:%s", story)
          .isEqualTo(version.getAdapterUri() == null);
    }

    private void learntFromEachOnce(ModelVersion version) throws IOException {
      if (version.getAdapterUri() == null) {
        return;
      }
      Path weights = Path.of(URI.create(version.getAdapterUri())).resolve(PeftFiles.WEIGHTS);
      if (!Files.exists(weights) || !PeftFiles.sha256(weights).equals(version.getAdapterSha256())) {
        return; // too old, and removed; or damaged by us
      }
      List<String> lines = Files.readAllLines(weights);
      List<String> learnt =
          lines.size() < 2 || lines.get(1).isEmpty() ? List.of() : List.of(lines.get(1).split(" "));
      List<String> behind = new ArrayList<>();
      int bad = 0;
      for (int p = 0; p < PARTITIONS; p++) {
        long offset = version.getOffsets().getOrDefault(Integer.toString(p), 0L);
        for (ConsumerRecord<byte[], byte[]> record :
            bench.cluster.records(new TopicPartition(Topic.VQA_SAMPLES.topicName(), p))) {
          if (record.offset() < offset) {
            var event = bench.samples.event(record);
            if (event.getQuestion().equals("unreadable")) {
              bad++;
            } else {
              behind.add(event.getSampleId());
            }
          }
        }
      }
      judged += behind.isEmpty() ? 0 : 1;
      Set<String> distinct = new HashSet<>(learnt);
      assertThat(distinct).as("NoSampleTwice:%s", story).hasSize(learnt.size());
      assertThat(distinct).as("NoSampleLost:%s", story).isEqualTo(new HashSet<>(behind));
      assertThat(version.getSamplesTrained()).isEqualTo(learnt.size());
      assertThat(version.getSamplesSkipped()).as("skipped:%s", story).isEqualTo(bad);
    }
  }

  @Property(tries = 40)
  void history_ofAnyKind_keepsVersionsAndSamples(
      @ForAll @LongRange(min = 0, max = 1_000_000_000) long seed) throws Exception {
    Path root = Files.createTempDirectory("history");
    try {
      History history = new History(seed, root);
      history.bench.pauses = 1_000_000;
      history.run();
      // a history in which no version was left to be looked into shows nothing
      Statistics.label("versions looked into")
          .collect(history.judged >= 3 ? "several" : "few")
          .coverage(c -> c.check("several").percentage(p -> p >= 70));
    } finally {
      History.deleteTree(root);
    }
  }
}
