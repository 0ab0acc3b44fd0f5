package dev.dataengine.workers.evaluate;

import dev.dataengine.benchmark.BenchmarkQuestion;

/**
 * What a version answered.
 *
 * @param question that was asked
 * @param taken index of the choice
 * @param latencyMicros its share of the call's time, in microseconds
 */
public record Answer(BenchmarkQuestion question, int taken, long latencyMicros) {}
