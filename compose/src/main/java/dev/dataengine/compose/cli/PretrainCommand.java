package dev.dataengine.compose.cli;

import dev.dataengine.compose.pretrain.SceneExamples;
import dev.dataengine.workers.pretrain.PretrainConfig;
import dev.dataengine.workers.pretrain.Pretrainer;
import dev.dataengine.workers.tensor.PyTorch;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a base model. */
@Command(
    name = "pretrain",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a small base model from nothing, on built-in scenes that nothing else uses.",
      "The defaults made the model that ships with the project."
    })
final class PretrainCommand implements Callable<Integer> {

  private static final int REPORT_EVERY = 20;
  private static final double SMOOTHING = 0.98;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      converter = Values.NewDirectory.class,
      description = "A new directory.")
  private Path out;

  @Option(names = "--seed", paramLabel = "N", description = "Of the weights (${DEFAULT-VALUE}).")
  private long seed = PretrainConfig.defaults().seed();

  @Option(
      names = "--tower-steps",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "Steps of the vision tower alone (${DEFAULT-VALUE}).")
  private int towerSteps = PretrainConfig.defaults().tower().steps();

  @Option(
      names = "--existence-steps",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "Steps on whether something is there, after it (${DEFAULT-VALUE}).")
  private int existenceSteps = PretrainConfig.defaults().existence().steps();

  @Option(
      names = "--steps",
      paramLabel = "N",
      converter = Values.Steps.class,
      description = "Steps on all questions, after these (${DEFAULT-VALUE}).")
  private int steps = PretrainConfig.defaults().joint().steps();

  @Spec private CommandSpec spec;
  private double average = Double.NaN;

  @Override
  public Integer call() throws Exception {
    Logs.toStderr();
    // the weights are written at the end, so there is nothing to wait for
    try (Shutdown shutdown = Shutdown.atOnce()) {
      return pretrain();
    }
  }

  private int pretrain() throws Exception {
    PyTorch.start();
    PrintWriter terminal = spec.commandLine().getOut();
    long begun = System.nanoTime();
    PretrainConfig config = PretrainConfig.defaults().with(seed, towerSteps, existenceSteps, steps);
    new Pretrainer(config, SceneExamples.existence(1), SceneExamples.mixed(0))
        .run(
            out,
            (stage, step, of, loss) -> {
              average = step == 1 ? loss : SMOOTHING * average + (1 - SMOOTHING) * loss;
              if (step % REPORT_EVERY == 0 || step == of) {
                terminal.printf(
                    "%s step %5d of %d  loss %.4f  %.0f s%n",
                    stage, step, of, average, (System.nanoTime() - begun) / 1e9);
                terminal.flush();
              }
            });
    terminal.println("model     " + out);
    return ExitCode.OK;
  }
}
