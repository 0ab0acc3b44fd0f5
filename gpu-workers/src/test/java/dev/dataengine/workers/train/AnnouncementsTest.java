package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncementsTest {

  static ModelVersion version(long number, String lineage, long since) {
    return ModelVersion.newBuilder()
        .setVersionId("tiny|" + number)
        .setModel("tiny")
        .setVersion(number)
        .setLineage(lineage)
        .setLineageSince(since)
        .setBase("base")
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private static TrainerState state(long number, String lineage, long since) {
    return new TrainerState(
        2,
        "tiny",
        number,
        lineage,
        since,
        null,
        "base",
        "float32",
        1L,
        0,
        "",
        Map.of(),
        0,
        Map.of(),
        0,
        0,
        null,
        1,
        1,
        GuardMemory.none(),
        Instant.EPOCH);
  }

  /** Announced: 4 of run a since 0, then 7 of run b since 6; the others are compacted away. */
  @ParameterizedTest(name = "v{0} of {1} since {2}: {3}")
  @CsvSource({
    // what is there says whose the number is
    "4,a,0,false",
    "4,b,4,true",
    "7,b,6,false",
    "7,a,0,true",
    // below the newest run's first: an older run's, of which nothing is known
    "5,a,0,false",
    "3,a,0,false",
    "3,x,3,false",
    // from the newest run's first on
    "6,b,6,false",
    "6,a,0,true",
    // above: the same run's next, or a run that began since; not one that went on beside it
    "8,b,6,false",
    "8,c,8,false",
    "9,c,8,false",
    "8,a,0,true",
    "9,c,7,true"
  })
  void contradict_byNumberAndRun(long number, String lineage, long since, boolean expected) {
    Announcements announced = new Announcements("tiny");
    announced.add(version(4, "a", 0));
    announced.add(version(7, "b", 6));

    assertThat(announced.contradict(state(number, lineage, since))).isEqualTo(expected);
  }

  @Test
  void contradict_nothingAnnounced_isFalse() {
    assertThat(new Announcements("tiny").contradict(state(3, "a", 0))).isFalse();
    assertThat(new Announcements("tiny").newest()).isEmpty();
  }

  @Test
  void add_announcedAgain_isTheNewestByNumber() {
    Announcements announced = new Announcements("tiny");
    announced.add(version(7, "b", 6));
    announced.add(version(4, "a", 0));
    announced.add(version(0, "a", 0));
    ModelVersion other = version(99, "o", 0);
    other.setModel("other");
    announced.add(other);

    assertThat(announced.newest()).contains(version(7, "b", 6));
    assertThat(announced.at(4)).isEqualTo(version(4, "a", 0));
    assertThat(announced.at(0)).isNotNull();
    assertThat(announced.at(5)).isNull();
    assertThat(announced.at(99)).isNull();
  }
}
