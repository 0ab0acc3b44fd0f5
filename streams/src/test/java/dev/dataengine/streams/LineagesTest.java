package dev.dataengine.streams;

import static dev.dataengine.streams.Results.announcement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.streams.Lineages.Run;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which lineage a version was announced with, whatever the order of the announcements. */
class LineagesTest {

  private static final List<ModelVersion> ANNOUNCED =
      List.of(
          announcement("m", 3, "a", 2),
          announcement("m", 4, "a", 2),
          announcement("m", 5, "b", 5),
          announcement("m", 8, "b", 5),
          announcement("m", 11, "c", 10),
          // a run that was gone back to
          announcement("m", 13, "a", 13));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyOrder_givesTheSameRuns(long seed) {
    List<ModelVersion> order = new ArrayList<>(ANNOUNCED);
    Collections.shuffle(order, new Random(seed));

    assertThat(lineages(order).runs())
        .containsExactly(
            new Run(2, 4, "a"), new Run(5, 8, "b"), new Run(10, 11, "c"), new Run(13, 13, "a"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, x, SOUND", // compacted away: taken as announced
    "2, a, SOUND",
    "4, a, SOUND",
    "4, b, FOREIGN",
    "5, b, SOUND",
    "8, b, SOUND",
    "8, a, FOREIGN",
    "9, x, SOUND",
    "10, c, SOUND",
    "10, b, FOREIGN",
    "13, a, SOUND",
    "13, c, FOREIGN",
    "14, a, UNANNOUNCED"
  })
  void verdict_isByTheRunThatTheVersionIsIn(
      long version, String lineage, Lineages.Verdict expected) {
    assertThat(lineages(ANNOUNCED).verdict(version, lineage)).isEqualTo(expected);
  }

  @Test
  void runsWithoutEnd_theOldestGo() {
    Lineages lineages = Lineages.NONE;
    for (int run = 0; run < 1_003; run++) {
      lineages = lineages.with(announcement("m", run, "run" + run, run));
    }

    assertThat(lineages.runs()).hasSize(1_000);
    assertThat(lineages.runs().get(0)).isEqualTo(new Run(3, 3, "run3"));
    assertThat(lineages.newest()).isEqualTo(1_002);
  }

  private static Lineages lineages(List<ModelVersion> announced) {
    Lineages lineages = Lineages.NONE;
    for (ModelVersion version : announced) {
      lineages = lineages.with(version);
    }
    return lineages;
  }
}
