package dev.dataengine.streams;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.streams.weighting.Tally;
import dev.dataengine.streams.weighting.WilsonInterval;
import java.time.Instant;

/** Totals as statistics. */
final class Stats {

  private Stats() {}

  static String id(String pair, long version, String type) {
    return Keys.benchmark(pair) + "|" + Keys.model(pair) + "|" + version + "|" + type;
  }

  static QuestionTypeStats of(
      String pair, long version, VersionSums sums, String type, Sum sum, long now) {
    Tally tally = sum.tally();
    WilsonInterval interval = WilsonInterval.of(tally);
    return QuestionTypeStats.newBuilder()
        .setStatsId(id(pair, version, type))
        .setBenchmark(Keys.benchmark(pair))
        .setModel(Keys.model(pair))
        .setModelVersion(version)
        .setLineage(sums.lineage())
        .setQuestionType(type)
        .setQuestionCount(sums.questions())
        .setN(tally.n())
        .setErrors(tally.errors())
        .setErrorRate(tally.rate())
        .setIntervalLow(interval.low())
        .setIntervalHigh(interval.high())
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }
}
