package dev.dataengine.workers.train;

import dev.dataengine.config.Key;
import dev.dataengine.config.KeyException;
import dev.dataengine.config.Keys;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.PrecisionChoice;
import java.util.ArrayList;
import java.util.List;

/** How a trainer trains. */
public record TrainerConfig(
    @Key(
            doc = "name of the model in events; the consumer group is `trainers.<model>`",
            pattern = "[A-Za-z0-9._-]+",
            expected = "letters, digits, '.', '_', '-'")
        String model,
    @Key(
            doc =
                "name of this worker, a static member of the group: restarted under the same name it takes its partitions back at once",
            pattern = "[A-Za-z0-9._-]+",
            expected = "letters, digits, '.', '_', '-'")
        String worker,
    @Key(doc = "the base model, a Hugging Face directory", empty = "`model`") String modelDirectory,
    @Key(doc = "where checkpoints are kept", empty = "`<data>/checkpoints`")
        String checkpointDirectory,
    @Key(doc = "what the frozen weights are held in") PrecisionChoice precision,
    @Key(doc = "of the adapter's first values and of dropout") long seed,
    @Key(doc = "samples of an optimizer step", range = ">= 1") int batchSamples,
    @Key(doc = "how long an incomplete batch waits for further samples", range = ">= 1")
        long maxWaitMs,
    @Key(doc = "a version is made after so many samples, at least those of a batch", range = ">= 1")
        long samplesPerVersion,
    @Key(doc = "or after so long, if there was a step", range = ">= 1000") long versionIntervalMs,
    @Key(doc = "older checkpoints are removed", range = ">= 2") int checkpointsKept,
    @Key(
            doc = "images whose features are kept in memory, at least those of a batch",
            range = ">= 1")
        long featureCacheImages,
    @Key(doc = "directories that image uris may point into, beside those of `images`")
        List<String> imageRoots,
    @Key(doc = "largest image file that is read", range = ">= 1") long imageMaxBytes,
    @Key(
            doc =
                "training goes back to its last checkpoint, once, where the loss stays above this multiple of what is expected",
            range = "> 1")
        double divergenceFactor,
    @Key(doc = "The adapter") LoraConfig lora,
    @Key(doc = "AdamW") AdamW optimizer) {

  public TrainerConfig {
    imageRoots = List.copyOf(imageRoots == null ? List.of() : imageRoots);
    Keys.check(
        TrainerConfig.class,
        model,
        worker,
        modelDirectory,
        checkpointDirectory,
        precision,
        seed,
        batchSamples,
        maxWaitMs,
        samplesPerVersion,
        versionIntervalMs,
        checkpointsKept,
        featureCacheImages,
        imageRoots,
        imageMaxBytes,
        divergenceFactor,
        lora,
        optimizer);
    atLeastABatch("samples-per-version", samplesPerVersion, batchSamples);
    atLeastABatch("feature-cache-images", featureCacheImages, batchSamples);
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

  private static void atLeastABatch(String key, long value, int batchSamples) {
    if (value < batchSamples) {
      throw new KeyException(
          key, "expected at least batch-samples (" + batchSamples + "), got " + value);
    }
  }

  /** Consumer group of the workers that train this model. */
  public String group() {
    return "trainers." + model;
  }
}
