package dev.dataengine.workers.train;

import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.PrecisionChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How a trainer trains.
 *
 * @param model name of the model in events; its consumer group is {@code trainers.<model>}
 * @param worker name of this worker; a restarted worker of the same name takes its partitions back
 *     at once
 * @param modelDirectory the base model, a Hugging Face directory
 * @param checkpointDirectory where checkpoints are kept
 * @param precision what the frozen weights are held in: auto, float32 or bfloat16
 * @param seed of the adapter's first values and of dropout
 * @param batchSamples samples of an optimizer step
 * @param maxWaitMs how long an incomplete batch waits for further samples
 * @param samplesPerVersion a version is made after so many samples
 * @param versionIntervalMs or after so long, if there was a step
 * @param checkpointsKept older checkpoints are removed
 * @param featureCacheImages images whose features are kept in memory
 * @param imageRoots directories that image uris may point into
 * @param imageMaxBytes largest image file that is read
 * @param divergenceFactor training goes back to its last checkpoint, once, where the loss stays
 *     above this multiple of what is expected
 * @param lora the adapter
 * @param optimizer AdamW
 */
public record TrainerConfig(
    String model,
    String worker,
    String modelDirectory,
    String checkpointDirectory,
    PrecisionChoice precision,
    long seed,
    int batchSamples,
    long maxWaitMs,
    long samplesPerVersion,
    long versionIntervalMs,
    int checkpointsKept,
    long featureCacheImages,
    List<String> imageRoots,
    long imageMaxBytes,
    double divergenceFactor,
    LoraConfig lora,
    AdamW optimizer) {

  public TrainerConfig {
    imageRoots = List.copyOf(imageRoots);
    Objects.requireNonNull(precision, "trainer.precision is missing");
    Objects.requireNonNull(lora, "trainer.lora is missing");
    Objects.requireNonNull(optimizer, "trainer.optimizer is missing");
    require(model.matches("[A-Za-z0-9._-]+"), "model", "letters, digits, '.', '_', '-'", model);
    require(worker.matches("[A-Za-z0-9._-]+"), "worker", "letters, digits, '.', '_', '-'", worker);
    require(batchSamples >= 1, "batch-samples", "1 or more", batchSamples);
    require(maxWaitMs >= 1, "max-wait-ms", "1 or more", maxWaitMs);
    require(
        samplesPerVersion >= batchSamples,
        "samples-per-version",
        "at least batch-samples (" + batchSamples + ")",
        samplesPerVersion);
    require(versionIntervalMs >= 1000, "version-interval-ms", "1000 or more", versionIntervalMs);
    require(checkpointsKept >= 2, "checkpoints-kept", "2 or more", checkpointsKept);
    require(
        featureCacheImages >= batchSamples,
        "feature-cache-images",
        "at least batch-samples (" + batchSamples + ")",
        featureCacheImages);
    require(imageMaxBytes >= 1, "image-max-bytes", "1 or more", imageMaxBytes);
    require(divergenceFactor > 1, "divergence-factor", "above 1", divergenceFactor);
  }

  /** Defaults for a base model in a directory, with checkpoints in another. */
  public static TrainerConfig defaults(String modelDirectory, String checkpointDirectory) {
    return new TrainerConfig(
        "tiny-llava",
        "trainer-0",
        modelDirectory,
        checkpointDirectory,
        PrecisionChoice.AUTO,
        1,
        32,
        1_000,
        1_024,
        30_000,
        50,
        20_000,
        List.of(),
        16 << 20,
        4.0,
        LoraConfig.defaults(),
        AdamW.defaults());
  }

  /** The same for a base model, a checkpoint directory and more directories of images. */
  public TrainerConfig at(String base, String checkpoints, List<String> moreImageRoots) {
    List<String> roots = new ArrayList<>(imageRoots);
    roots.addAll(moreImageRoots);
    return new TrainerConfig(
        model,
        worker,
        base,
        checkpoints,
        precision,
        seed,
        batchSamples,
        maxWaitMs,
        samplesPerVersion,
        versionIntervalMs,
        checkpointsKept,
        featureCacheImages,
        roots,
        imageMaxBytes,
        divergenceFactor,
        lora,
        optimizer);
  }

  private static void require(boolean holds, String key, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(
          "trainer." + key + ": expected " + expected + ", got " + got);
    }
  }

  /** Consumer group of the workers that train this model. */
  public String group() {
    return "trainers." + model;
  }
}
