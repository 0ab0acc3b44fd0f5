package dev.dataengine.streams;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.streams.weighting.Tally;
import dev.dataengine.streams.weighting.WilsonInterval;
import java.time.Instant;

/** Totals as statistics. */
final class Stats {

  private Stats() {}

  static QuestionTypeStats of(String benchmark, long version, String type, Sum sum, long now) {
    Tally tally = sum.tally();
    WilsonInterval interval = WilsonInterval.of(tally);
    return QuestionTypeStats.newBuilder()
        .setStatsId(benchmark + "|" + version + "|" + type)
        .setBenchmark(benchmark)
        .setModel(sum.model())
        .setModelVersion(version)
        .setQuestionType(type)
        .setN(tally.n())
        .setErrors(tally.errors())
        .setErrorRate(tally.rate())
        .setIntervalLow(interval.low())
        .setIntervalHigh(interval.high())
        .setUpdatedAt(Instant.ofEpochMilli(now))
        .build();
  }
}
