package dev.dataengine.compose.simulate;

import dev.dataengine.workers.train.Training;
import dev.dataengine.workers.train.TrainingContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;

/** The trainer of one model, with a model that learns by a formula. */
final class TrainerActor extends Actor<Training<FormulaLearner.Sample>> {
  private final String model;
  private final LongAdder trained = new LongAdder();
  private final Checkpoints checkpoints = new Checkpoints();
  private int directory;

  TrainerActor(World world, String model) {
    super("trainer of " + model, world);
    this.model = model;
  }

  String model() {
    return model;
  }

  private Path checkpoints() {
    return world().disk().resolve(model + "-" + directory);
  }

  /** As an operator does: stops it and starts it with an empty directory. */
  void beginAnew() {
    crash();
    directory++;
    world().story().tell(name() + " begins anew in another directory");
  }

  /** It dies, and its newest checkpoint is not what it was when it starts again. */
  void spoil() throws IOException {
    crash();
    checkpoints
        .spoil(checkpoints(), world().random())
        .ifPresent(what -> world().story().tell(name() + ": " + what));
  }

  /** Samples trained on in all its lives. */
  long samplesTrained() {
    return trained.sum();
  }

  /** Stops it in order: a last version of what was trained. */
  void finish() {
    Training<FormulaLearner.Sample> open = body();
    if (open != null) {
      try {
        open.finish();
      } catch (Exception e) {
        throw new IllegalStateException("a training could not be finished", e);
      }
    }
  }

  @Override
  Training<FormulaLearner.Sample> open() throws Exception {
    return Training.open(
        Configs.trainer(model, checkpoints()),
        (recorded, letters) -> new FormulaLearner(trained),
        new TrainingContext(
            clients(),
            world().registry().client(),
            world().patience(health()),
            health(),
            world().clock(),
            world().nanos(),
            world()::id,
            false,
            new SimpleMeterRegistry()));
  }

  @Override
  void step(Training<FormulaLearner.Sample> open) throws Exception {
    open.step();
  }

  /** The lock on the directory goes with the process; nothing else that closing does happens. */
  @Override
  void released(Training<FormulaLearner.Sample> open) {
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (CrashError dead) {
      // its clients reach nothing any more
    }
  }
}
