package dev.dataengine.compose.simulate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.workers.evaluate.Evaluator;
import dev.dataengine.workers.evaluate.EvaluatorContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** The evaluator of one model, which answers by a formula. */
final class EvaluatorActor extends Actor<Evaluator> {
  private final Benchmark benchmark;
  private final String model;

  EvaluatorActor(World world, Benchmark benchmark, String model) {
    super("evaluator of " + model, world);
    this.benchmark = benchmark;
    this.model = model;
  }

  @Override
  Evaluator open() throws Exception {
    World world = world();
    return Evaluator.open(
        model,
        benchmark,
        new FormulaAnswerer(benchmark),
        new EvaluatorContext(
            clients(),
            world.registry().client(),
            world.patience(health()),
            health(),
            world.clock(),
            new SimpleMeterRegistry()));
  }

  @Override
  void step(Evaluator open) throws Exception {
    boolean unused = open.step();
  }
}
