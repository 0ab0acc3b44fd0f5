package dev.dataengine.workers.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.model.Batch;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.model.RowPacker;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps and checkpoints, without Kafka. A step's samples about one image share a row, so that the
 * image's tokens are computed once; the loss is the same as with a row each.
 */
final class Trainer {

  private static final Logger log = LoggerFactory.getLogger(Trainer.class);

  private final FineTuner tuner;
  private final FeatureCache cache;
  private final PromptTokenizer tokenizer;
  private final CheckpointStore checkpoints;
  private final String baseModel;
  private final Clock clock;
  private final Progress progress;
  private final DivergenceGuard guard;

  /**
   * Goes on from the newest checkpoint; where there is none, makes that of version 0.
   *
   * @throws IOException where the checkpoint does not fit this base or this adapter
   */
  Trainer(
      FineTuner tuner,
      FeatureCache cache,
      PromptTokenizer tokenizer,
      CheckpointStore checkpoints,
      String baseModel,
      String baseSha256,
      double divergenceFactor,
      Clock clock)
      throws IOException {
    this.tuner = tuner;
    this.cache = cache;
    this.tokenizer = tokenizer;
    this.checkpoints = checkpoints;
    this.baseModel = baseModel;
    this.clock = clock;
    var saved = checkpoints.latest(tuner.layout());
    if (saved.isPresent()) {
      TrainerState state = saved.get().state();
      if (!state.base().equals(baseSha256)) {
        throw new IOException(
            "checkpoint %s was made from another base model (sha256 %s, now %s); restore that model-directory, or begin anew in another checkpoint-directory"
                .formatted(checkpoints.directory(state.version()), state.base(), baseSha256));
      }
      tuner
          .parameters()
          .restore(saved.get().values(), saved.get().firstMoment(), saved.get().secondMoment());
      progress = new Progress(state);
    } else {
      progress = new Progress(TrainerState.initial(baseSha256, clock.instant()));
      write(progress.last());
    }
    guard = new DivergenceGuard(divergenceFactor, progress.last().bestLoss());
  }

  Progress progress() {
    return progress;
  }

  /** Makes one optimizer step. */
  void step(List<TrainingSample> samples) {
    long start = System.nanoTime();
    Map<String, List<TrainingSample>> byImage = new LinkedHashMap<>();
    for (TrainingSample sample : samples) {
      byImage.computeIfAbsent(sample.image().sha256(), sha -> new ArrayList<>()).add(sample);
    }
    RowPacker packer = new RowPacker();
    List<TrainingSample.Image> images = new ArrayList<>();
    for (List<TrainingSample> row : byImage.values()) {
      images.add(decoded(row));
      packer.row(tokenizer.imagePrefix());
      row.forEach(sample -> packer.segment(sample.question(), sample.answer()));
    }
    long number = progress.steps() + 1;
    try (NDManager scope = tuner.newScope()) {
      NDArray features = cache.features(scope, images);
      Batch batch = packer.pack(scope);
      FineTuner.Step step = tuner.step(scope, number, batch, features);
      guard.check(number, step.loss(), step.gradientNorm());
      progress.trained(samples, step.loss(), System.nanoTime() - start);
    }
  }

  /** The image as one of the row's samples decoded it, if any had to. */
  private static TrainingSample.Image decoded(List<TrainingSample> row) {
    return row.stream()
        .map(TrainingSample::image)
        .filter(image -> image.decoded() != null)
        .findFirst()
        .orElse(row.get(0).image());
  }

  /** Makes a checkpoint of what has been trained; its state, to be published. */
  TrainerState checkpoint() throws IOException {
    TrainerState state = progress.next(guard.best(), clock.instant());
    write(state);
    progress.saved(state);
    log.atInfo()
        .addKeyValue("version", state.version())
        .addKeyValue("samples", state.samplesTrained())
        .addKeyValue("loss", state.trainingLoss())
        .log("new model version");
    return state;
  }

  private void write(TrainerState state) throws IOException {
    FlatParameters parameters = tuner.parameters();
    checkpoints.write(
        new CheckpointStore.Saved(
            state,
            parameters.copyValues(),
            parameters.copyFirstMoment(),
            parameters.copySecondMoment()),
        tuner.layout(),
        baseModel);
  }
}
