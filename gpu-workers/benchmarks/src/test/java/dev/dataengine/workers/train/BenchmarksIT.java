package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, from its setup to its teardown; what it measures here means nothing. */
class BenchmarksIT {

  @Test
  void everyBenchmark_runForAMoment_givesAResult() throws Exception {
    Options options =
        new OptionsBuilder()
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(500))
            .timeout(TimeValue.seconds(120))
            .param("model", "../models/tiny-llava")
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();

    Collection<RunResult> results = new Runner(options).run();

    Set<String> ran = new HashSet<>();
    for (RunResult result : results) {
      assertThat(result.getPrimaryResult().getScore()).isPositive();
      ran.add(result.getParams().getBenchmark());
    }
    assertThat(ran).isEqualTo(all());
  }

  private static Set<String> all() {
    Set<String> names = new HashSet<>();
    for (BenchmarkListEntry entry :
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of())) {
      names.add(entry.getUsername());
    }
    assertThat(names).isNotEmpty();
    return names;
  }
}
