package dev.dataengine.streams;

import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.EvaluationResult;
import dev.dataengine.events.WeightUpdate;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The last update of a version, types that are gone, versions that are forgotten. */
class CompletionTest {

  @TempDir Path state;

  @Test
  void lastQuestion_isToldAtOnceThoughNothingMoved() {
    try (Driver driver = driver(Configs.at(state).minChange(1))) {
      driver.send(of(3, result(1, "a", "colour", 0)));
      driver.send(of(3, result(1, "b", "colour", 0)));
      driver.advance(100);
      driver.advance(50);
      assertThat(driver.updates()).extracting(WeightUpdate::getComplete).containsExactly(false);

      driver.send(of(3, result(1, "c", "colour", 0)));
      driver.advance(100);
      driver.advance(50);

      List<WeightUpdate> updates = driver.updates();
      assertThat(updates).extracting(WeightUpdate::getComplete).containsExactly(true);
      assertThat(updates.get(0).getTypes())
          .hasEntrySatisfying("colour", colour -> assertThat(colour.getN()).isEqualTo(3));
      assertThat(driver.stats()).allMatch(stats -> stats.getQuestionCount() == 3);
    }
  }

  @Test
  void typeThatIsGone_keepsItsShareOnlyUntilTheVersionIsComplete() {
    try (Driver driver = driver(Configs.at(state).strategy("error-rate").minChange(0))) {
      driver.send(of(3, result(1, "a", "colour", 0)));
      driver.send(of(3, result(1, "b", "old name", 0)));
      driver.send(of(3, result(1, "c", "shape", 0.5)));
      driver.settle();
      driver.updates();

      driver.send(of(3, result(2, "a", "colour", 0.75)));
      driver.settle();
      assertThat(weights(driver)).isEqualTo(Map.of("colour", 0.25, "old name", 1.0, "shape", 0.5));
      driver.send(of(3, result(2, "b", "new name", 0)));
      driver.send(of(3, result(2, "c", "colour", 0)));
      driver.settle();

      // Exactly round(e / n, 3) of what was asked, as weight.json would have it.
      assertThat(weights(driver)).isEqualTo(Map.of("colour", 0.625, "new name", 1.0));
    }
  }

  @Test
  void typeThatIsGone_ofABenchmarkOfUnknownSize_staysForOneVersion() {
    try (Driver driver = driver(Configs.at(state).strategy("error-rate").minChange(0))) {
      driver.send(result(1, "a", "colour", 0));
      driver.send(result(1, "b", "old name", 0));
      driver.send(result(2, "a", "colour", 0.5));
      driver.settle();
      assertThat(weights(driver)).containsOnlyKeys("colour", "old name");

      driver.send(result(3, "a", "colour", 0.5));
      driver.settle();

      assertThat(weights(driver)).containsOnlyKeys("colour");
    }
  }

  @Test
  void versionInterrupted_leavesWhatItDidNotReachAsItWas() {
    try (Driver driver = driver(Configs.at(state).strategy("error-rate").minChange(0))) {
      driver.send(of(2, result(1, "a", "colour", 0)));
      driver.send(of(2, result(1, "b", "shape", 0.25)));
      driver.send(of(2, result(2, "a", "colour", 0.5)));
      driver.send(of(2, result(3, "a", "colour", 1)));
      driver.settle();

      assertThat(weights(driver)).isEqualTo(Map.of("colour", 0.0, "shape", 0.75));
    }
  }

  @Test
  void versionsLongGone_leaveTheTopicButForTheFirst() {
    try (Driver driver = driver(Configs.at(state).versions(2, 4).minChange(0))) {
      List<EvaluationResult> all = new java.util.ArrayList<>();
      Map<String, Object> topic = new java.util.TreeMap<>();
      for (long version = 0; version < 20; version++) {
        for (int question = 0; question < 6; question++) {
          EvaluationResult one =
              of(6, result(version, "q" + question, "t" + question % 2, question % 4 / 4.0));
          all.add(one);
          driver.send(one);
        }
        driver.settle();
      }
      for (KeyValue<String, ?> record : driver.statsRecords()) {
        if (record.value == null) {
          topic.remove(record.key);
        } else {
          topic.put(record.key, record.value);
        }
      }
      Oracle oracle = new Oracle("smoothed", all);

      assertThat(topic.keySet())
          .containsExactlyInAnyOrder(
              "scenes|tiny|0|t0", "scenes|tiny|0|t1",
              "scenes|tiny|16|t0", "scenes|tiny|16|t1",
              "scenes|tiny|17|t0", "scenes|tiny|17|t1",
              "scenes|tiny|18|t0", "scenes|tiny|18|t1",
              "scenes|tiny|19|t0", "scenes|tiny|19|t1");
      List<WeightUpdate> updates = driver.updates();
      WeightUpdate last = updates.get(updates.size() - 1);
      assertThat(last.getResultsForgotten()).isEqualTo(15 * 6);
      Map<String, Double> weights = oracle.weights();
      last.getTypes()
          .forEach(
              (type, weight) ->
                  assertThat(weight.getWeight())
                      .isCloseTo(
                          weights.getOrDefault(type, -1.0),
                          org.assertj.core.api.Assertions.within(1e-12)));
      // Two kept by question, each with what is remembered of closed versions beside.
      assertThat(driver.entries(Answers.STORE).size()).isLessThanOrEqualTo(6 + 1 + 5);
      assertThat(driver.entries(Merged.STORE)).hasSize(5 + 1 + 1);
    }
  }

  private static Map<String, Double> weights(Driver driver) {
    List<WeightUpdate> updates = driver.updates();
    Map<String, Double> weights = new java.util.TreeMap<>();
    updates
        .get(updates.size() - 1)
        .getTypes()
        .forEach((type, weight) -> weights.put(type, weight.getWeight()));
    return weights;
  }

  private static EvaluationResult of(int questions, EvaluationResult result) {
    result.setQuestionCount(questions);
    return result;
  }

  private static Driver driver(Configs configs) {
    return new Driver(configs.build());
  }
}
