package dev.dataengine.compose.simulate;

import dev.dataengine.streams.WeightsConfig;
import dev.dataengine.workers.train.TrainerConfig;
import java.nio.file.Path;

/** How services are configured in a simulation: small batches, short intervals, every update. */
final class Configs {
  private Configs() {}

  static WeightsConfig weights(Path disk) {
    WeightsConfig d = WeightsConfig.defaults();
    return new WeightsConfig(
        d.strategy(),
        d.kappa(),
        d.exploration(),
        0,
        d.updateIntervalMs(),
        3,
        d.versionsRemembered(),
        d.announcementWaitMs(),
        d.applicationId(),
        disk.resolve("streams"),
        d.commitIntervalMs(),
        1,
        0);
  }

  static TrainerConfig trainer(String model, Path checkpoints) {
    TrainerConfig d = TrainerConfig.defaults("", checkpoints.toString());
    return new TrainerConfig(
        model,
        "trainer-of-" + model,
        d.modelDirectory(),
        checkpoints.toString(),
        d.precision(),
        d.seed(),
        4,
        500,
        8,
        5_000,
        10_000,
        d.featureCacheImages(),
        d.imageRoots(),
        d.imageMaxBytes(),
        d.divergenceFactor(),
        d.lora(),
        d.optimizer());
  }
}
