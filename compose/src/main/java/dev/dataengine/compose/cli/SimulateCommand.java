package dev.dataengine.compose.cli;

import dev.dataengine.compose.simulate.Seeds;
import dev.dataengine.compose.simulate.Simulation;
import dev.dataengine.compose.simulate.Verdicts;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The loop on virtual time, many times. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the closed loop on virtual time, once for each seed, with crashes, outages, bad and",
      "repeated records between any two steps, and judges each run. A seed that fails prints its",
      "story; the same seed is the same run."
    })
final class SimulateCommand implements Callable<Integer> {
  @Option(names = "--seeds", paramLabel = "N", description = "How many (${DEFAULT-VALUE}).")
  private int seeds = 100;

  @Option(names = "--seed", paramLabel = "S", description = "The first one (${DEFAULT-VALUE}).")
  private long first = 1;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (seeds < 1) {
      throw new ParameterException(spec.commandLine(), "--seeds: expected 1 or more, got " + seeds);
    }
    PrintWriter out = spec.commandLine().getOut();
    Logs.none();
    Seeds run = Seeds.run(first, seeds);
    for (Simulation.Outcome failed : run.failed()) {
      out.println("seed " + failed.seed() + " fails:");
      failed.story().forEach(line -> out.println("  " + line));
      violations(out, failed.verdicts());
    }
    run.verdicts()
        .all()
        .forEach(
            (invariant, verdict) ->
                out.printf(
                    "%-24s %,12d checked %6d violations%n",
                    invariant.spelt(), verdict.checked(), verdict.violations().size()));
    out.printf(
        "%d of %d seeds hold, %.1f s%n",
        seeds - run.failed().size(), seeds, run.elapsed().toMillis() / 1000.0);
    out.flush();
    return run.failed().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void violations(PrintWriter out, Verdicts verdicts) {
    verdicts
        .all()
        .forEach(
            (invariant, verdict) ->
                verdict
                    .violations()
                    .forEach(what -> out.println("  " + invariant.spelt() + ": " + what)));
  }
}
