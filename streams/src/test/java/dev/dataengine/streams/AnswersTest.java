package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** The answers of one partition, and what a scan finds of them after a restart. */
class AnswersTest {

  private final KeyValueStore<String, Kept> store =
      MockTask.store(MockTask.context(0), Answers.STORE, Kept.SERDE);

  @Test
  void typesOfAnswersThatCountNoMore_takeRoomAlsoAfterARestart() {
    Answers answers = new Answers(store, 2, 100);
    int types = 0;
    // each question is answered again as another type, so half of the types count nothing
    for (int question = 0; types < ResultCheck.MOST_TYPES; question++) {
      put(answers, 1, question, 10, "type" + types++);
      put(answers, 1, question, 20, "type" + types++);
    }
    assertThat(answers.hasRoomFor(Results.PAIR, 1, "another")).isFalse();

    Answers restarted = new Answers(store, 2, 100);

    assertThat(restarted.hasRoomFor(Results.PAIR, 1, "another")).isFalse();
    assertThat(restarted.hasRoomFor(Results.PAIR, 1, "type0")).isTrue();
    assertThat(restarted.hasRoomFor(Results.PAIR, 2, "another")).isTrue();
  }

  @Test
  void typesOfAClosedVersion_areStillKnown() {
    Answers answers = new Answers(store, 1, 100);
    put(answers, 1, 1, 10, "renamed");
    put(answers, 1, 1, 20, "colour");
    put(answers, 2, 1, 30, "colour");

    Answers restarted = new Answers(store, 1, 100);

    assertThat(restarted.pairs())
        .hasEntrySatisfying(
            Results.PAIR,
            pair ->
                assertThat(pair.versions())
                    .hasEntrySatisfying(1L, tally -> assertThat(tally.knows("renamed")).isTrue()));
  }

  private static void put(Answers answers, long version, int question, long at, String type) {
    answers.put(Results.PAIR, version, "", "q" + question, 0, new Moment(at, type, 0));
  }
}
