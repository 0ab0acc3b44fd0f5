package dev.dataengine.producers.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.producers.loop.FakeCluster.Ask;
import dev.dataengine.topics.Topic;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read, on start and later. */
class GeneratorInputsTest extends GeneratorHarness {

  @Test
  void step_addedPartitionsOfEveryTopic_areNoticed() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    GeneratorLoop loop = stepped(3);
    for (Topic topic : List.of(Topic.IMAGES, Topic.BAD_CASES, Topic.VQA_SAMPLES)) {
      world.cluster.add(topic.topicName(), 3);
    }
    byte[] image = images.serialize(Topic.IMAGES.topicName(), Fixtures.image("late", "late"));
    append(Topic.IMAGES, 2, image);
    append(
        Topic.BAD_CASES,
        2,
        badCases.serialize(Topic.BAD_CASES.topicName(), Fixtures.badCase("b", "t", "i")));
    world.time.pass(java.time.Duration.ofSeconds(11));
    append(Topic.VQA_SAMPLES, 2, samples.serialize(SAMPLES, Fixtures.sample("x", "foreign")));
    train();
    step(loop, 40);

    List<VqaSample> fresh = written().stream().filter(s -> !s.getInContextIds().isEmpty()).toList();
    assertThat(fresh).extracting(VqaSample::getImageId).contains("late");
    assertThat(meters.get("dataengine.generator.lag").gauge().value())
        .as("with the added partition's sample, which nobody consumes")
        .isPositive();
  }

  @Test
  void step_weightsInTwoPartitions_theNewestCount() throws Exception {
    publish("i");
    WeightUpdate newest = Fixtures.weights(9, Map.of("new", 1.0));
    weigh(0, newest);
    weigh(1, Fixtures.weights(8, Map.of("old", 1.0)));
    stepped(3);
    assertThat(written()).isNotEmpty().allMatch(s -> s.getQuestionType().equals("new"));
  }

  @Test
  void step_weightsOfOnePartition_theLastCountsWhateverItsTime() throws Exception {
    publish("i");
    weigh(9, Map.of("old", 1.0));
    weigh(1, Map.of("new", 1.0));
    stepped(3);
    assertThat(written()).isNotEmpty().allMatch(s -> s.getQuestionType().equals("new"));
  }

  @Test
  void step_refusedRecords_goToTheDeadLettersOnceAndTheRestGoesOn() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0));
    append(Topic.QUESTION_TYPE_WEIGHTS, 0, null);
    append(Topic.BAD_CASES, 0, new byte[] {0x7b, 0x7d});
    append(Topic.IMAGES, 1, new byte[0]);
    stepped(3).close();
    stepped(3).close();

    assertThat(reasons(Topic.QUESTION_TYPE_WEIGHTS))
        .containsExactly("no value: expected an event, got a tombstone");
    assertThat(reasons(Topic.BAD_CASES)).hasSize(1);
    assertThat(reasons(Topic.IMAGES)).hasSize(1);
    assertThat(written()).isNotEmpty();
  }

  @Test
  void step_manyLargeRefusedRecords_goOnceEachThroughACrash() throws Exception {
    byte[] large = new byte[600 * 1024];
    Arrays.fill(large, (byte) 1);
    for (int i = 0; i < 40; i++) {
      world.cluster.append(Topic.IMAGES, i % 2, 0, "k" + i, large);
    }
    for (int i = 0; i < 1_200; i++) {
      world.cluster.append(Topic.BAD_CASES, i % 2, 0, "k", new byte[] {1, (byte) i});
    }
    int[] commits = {0};
    world.cluster.faults(
        ask -> {
          if (ask == Ask.COMMIT && ++commits[0] == 3) {
            throw new IllegalStateException("crash");
          }
        });
    GeneratorLoop crashed = loop();
    assertThatThrownBy(() -> step(crashed, 50)).hasMessage("crash");
    crashed.close();
    GeneratorLoop again = stepped(50);

    assertThat(world.cluster.visible(Topic.IMAGES.deadLetterName())).hasSize(40);
    assertThat(world.cluster.visible(Topic.BAD_CASES.deadLetterName())).hasSize(1_200);
    step(again, 5);
    again.close();
    stepped(20);
    assertThat(world.cluster.visible(Topic.IMAGES.deadLetterName())).hasSize(40);
    assertThat(world.cluster.visible(Topic.BAD_CASES.deadLetterName())).hasSize(1_200);
  }

  @Test
  void step_manyRefusedRecordsOnStart_goWhileTheOthersAreRead() throws Exception {
    for (int i = 0; i < 1_200; i++) {
      world.cluster.append(Topic.BAD_CASES, i % 2, 0, "k", new byte[] {1, (byte) i});
    }
    try (GeneratorLoop loop = stepped(1)) {
      assertThat(loop.isStarted()).isTrue();
      assertThat(world.cluster.visible(Topic.BAD_CASES.deadLetterName()))
          .hasSizeGreaterThan(1_200 - Letters.MOST_LETTERS);
    }
  }

  @Test
  void step_samplesOfTwoPartitions_theNewestFillTheWindowOfDuplicates() throws Exception {
    RecentQuestions recent = new RecentQuestions(2);
    long[] times = {1, 4, 2, 3};
    String[] questions = {"a", "d", "b", "c"};
    for (int i = 0; i < 4; i++) {
      world.cluster.append(
          Topic.VQA_SAMPLES,
          i / 2,
          times[i],
          "i",
          samples.serialize(SAMPLES, Fixtures.sample("i", questions[i])));
    }
    append(Topic.VQA_SAMPLES, 0, null);
    append(Topic.VQA_SAMPLES, 1, new byte[] {0x7b, 0x7d});

    SampleTail.remember(world.cluster.consumer("", Map.of()), world.parts(), 9, recent);

    assertThat(List.of("a", "b", "c", "d"))
        .filteredOn(question -> recent.contains("i", question))
        .containsExactly("c", "d");
    assertThat(reasons(Topic.VQA_SAMPLES)).isEmpty();
  }

  @Test
  void remember_timestampOfMinusOne_isTheSamplesOwn() throws Exception {
    RecentQuestions recent = new RecentQuestions(1);
    VqaSample late = Fixtures.sample("i", "late");
    late.setCreatedAt(Instant.EPOCH.plusSeconds(100));
    world.cluster.append(Topic.VQA_SAMPLES, 0, -1, "i", samples.serialize(SAMPLES, late));
    world.cluster.append(
        Topic.VQA_SAMPLES,
        1,
        50_000,
        "i",
        samples.serialize(SAMPLES, Fixtures.sample("i", "early")));
    SampleTail.remember(world.cluster.consumer("", Map.of()), world.parts(), 9, recent);
    assertThat(recent.contains("i", "late")).isTrue();
  }

  /** As after partitions were added; whichever of both is read last. */
  @Test
  void step_imageInTwoPartitions_theLaterCounts() throws Exception {
    weigh(1, Map.of("t", 1.0));
    world.cluster.append(Topic.IMAGES, 0, 20, "i", image("i", "new"));
    world.cluster.append(Topic.IMAGES, 1, 10, "i", image("i", "old"));
    world.cluster.append(Topic.IMAGES, 0, 10, "j", image("j", "old"));
    world.cluster.append(Topic.IMAGES, 1, 20, "j", image("j", "new"));
    world.cluster.append(Topic.IMAGES, 0, 20, "gone", null);
    world.cluster.append(Topic.IMAGES, 1, 10, "gone", image("gone", "old"));
    stepped(5);

    assertThat(written())
        .isNotEmpty()
        .allMatch(s -> s.getImageSha256().equals(Fixtures.sha("new")));
  }

  private byte[] image(String id, String content) {
    return images.serialize(Topic.IMAGES.topicName(), Fixtures.image(id, content));
  }

  @Test
  void step_imageTakenBack_isNotAskedAbout() throws Exception {
    publish("i");
    world.cluster.append(Topic.IMAGES, 0, 0, "i", null);
    publish("j");
    weigh(1, Map.of("t", 1.0));
    stepped(3);
    assertThat(written()).hasSize(8).allMatch(s -> s.getImageId().equals("j"));
    assertThat(reasons(Topic.IMAGES)).isEmpty();
  }

  @Test
  void step_manyBadCases_theLatestAreReadAgain() throws Exception {
    publish("i");
    weigh(1, Map.of("t", 1.0, "u", 1e-9));
    byte[] old = badCases.serialize(Topic.BAD_CASES.topicName(), Fixtures.badCase("old", "t", "i"));
    byte[] late =
        badCases.serialize(Topic.BAD_CASES.topicName(), Fixtures.badCase("late", "u", "i"));
    append(Topic.BAD_CASES, 0, old);
    for (int i = 0; i < 5_000; i++) {
      append(Topic.BAD_CASES, 0, late);
    }
    stepped(3);
    assertThat(written()).hasSize(8).allMatch(s -> s.getInContextIds().isEmpty());
  }

  private static final List<Topic> INPUTS =
      List.of(Topic.IMAGES, Topic.BAD_CASES, Topic.QUESTION_TYPE_WEIGHTS);

  @Test
  void step_inputsMadeAnewAsLongAsBefore_areReadFromTheirBeginning() throws Exception {
    publish("old");
    weigh(1, Map.of("old", 1.0));
    GeneratorLoop loop = stepped(3);
    assertThat(written()).isNotEmpty();

    INPUTS.forEach(topic -> world.cluster.remake(topic.topicName(), 1));
    publish("new");
    weigh(1, Map.of("new", 1.0));
    append(Topic.BAD_CASES, 0, new byte[] {0x7b, 0x7d});
    world.time.pass(java.time.Duration.ofSeconds(11));
    step(loop, 1); // it may write by what it knew once more
    List<VqaSample> before = written();
    train();
    step(loop, 40);

    assertThat(written())
        .filteredOn(sample -> !before.contains(sample))
        .isNotEmpty()
        .allMatch(s -> s.getQuestionType().equals("new") && s.getImageId().equals("new"));
    assertThat(reasons(Topic.BAD_CASES)).hasSize(1);
  }

  @Test
  @Timeout(20)
  void step_inputsMadeAnewWhileTheyAreRead_startsWithWhatIsThere() throws Exception {
    for (int i = 0; i < 3; i++) {
      publish("old-" + i);
    }
    weigh(1, Map.of("old", 1.0));
    int[] polls = {0};
    world.cluster.faults(
        ask -> {
          if (ask == Ask.POLL && ++polls[0] == 1) {
            INPUTS.forEach(topic -> world.cluster.remake(topic.topicName(), 2));
            publish("new");
            weigh(1, Map.of("new", 1.0));
          }
        });
    GeneratorLoop loop = stepped(1);
    assertThat(loop.isStarted()).isTrue();
    assertThat(polls[0]).isPositive();
    step(loop, 5);

    assertThat(written()).isNotEmpty().allMatch(s -> s.getQuestionType().equals("new"));
  }
}
