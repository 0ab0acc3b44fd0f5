package dev.dataengine.compose.simulate;

import dev.dataengine.producers.generator.BenchmarkGuard;
import dev.dataengine.producers.generator.GeneratorConfig;
import dev.dataengine.producers.generator.GeneratorLoop;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;

/** The generator of one model, with the rules writer. */
final class GeneratorActor extends Actor<GeneratorLoop> {
  private final GeneratorConfig config;

  GeneratorActor(World world, String benchmark, String model, int maxAhead) {
    super("generator of " + model, world);
    this.config =
        new GeneratorConfig(
            benchmark, model, List.of(), "", maxAhead, 8, 100, 64, 100, 32, 4, 4, 10_000, 1);
  }

  String model() {
    return config.model();
  }

  @Override
  GeneratorLoop open() {
    return GeneratorLoop.withRules(
        config,
        new BenchmarkGuard(List.of()),
        PublisherActor.parts(this),
        new SimpleMeterRegistry());
  }

  @Override
  void step(GeneratorLoop open) throws Exception {
    open.step();
  }
}
