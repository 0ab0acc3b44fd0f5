package dev.dataengine.workers.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.LlavaWeights;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import dev.dataengine.workers.train.FlatParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Teaches the vision tower to see before a decoder learns to talk about it: each patch is asked,
 * through a linear probe, which labels it bears. One image gives as many targets as it has patches,
 * where its questions give a handful; published LLaVA models start from a tower that CLIP has
 * taught.
 */
final class TowerStage {

  private static final double PROBE_DEVIATION = 0.02;

  private final PretrainConfig config;
  private final LongFunction<PretrainExample> examples;
  private final PatchLabels labels;
  private final ImageProcessor processor;

  TowerStage(
      PretrainConfig config,
      LongFunction<PretrainExample> examples,
      PatchLabels labels,
      ImageProcessor processor) {
    this.config = config;
    this.examples = examples;
    this.labels = labels;
    this.processor = processor;
  }

  private record Raw(float[] pixels, float[] marks) {}

  /**
   * The tower's weights are the first of the vector; they are trained in place.
   *
   * @return the probe that they were trained with
   */
  PatchProbe run(
      NDManager manager,
      TorchScript functions,
      NDArray like,
      LlavaWeights weights,
      float[] values,
      Pretrainer.Listener listener) {
    List<LlavaWeights.Named> tower = weights.vision();
    int width = tower.get(0).rows();
    int size = tower.stream().mapToInt(LlavaWeights.Named::size).sum();
    List<FlatParameters.Part> parts = new ArrayList<>(Pretrainer.parts(tower));
    parts.add(new FlatParameters.Part(labels.size(), width, true));
    parts.add(new FlatParameters.Part(labels.size(), 0, false));
    float[] initial = Arrays.copyOf(values, size + labels.size() * (width + 1));
    Random random = new Random(config.seed());
    for (int i = size; i < size + labels.size() * width; i++) {
      initial[i] = (float) (PROBE_DEVIATION * random.nextGaussian());
    }
    try (FlatParameters parameters = new FlatParameters(manager, parts, initial)) {
      new StageLoop("tower", config.tower(), listener)
          .run(
              manager, parameters, like, new Supply(), (scope, raw) -> call(functions, scope, raw));
      float[] trained = parameters.copyValues();
      System.arraycopy(trained, 0, values, 0, size);
      return new PatchProbe(labels.all(), Arrays.copyOfRange(trained, size, trained.length));
    }
  }

  private TorchScript.Call call(TorchScript functions, NDManager scope, Raw raw) {
    int images = config.batchImages();
    int side = processor.side();
    return functions
        .call("tower_step")
        .with(Tensors.of(scope, raw.pixels(), images, 3, side, side))
        .with(labels.tensor(scope, raw.marks()));
  }

  private final class Supply implements Supplier<Raw> {
    private long next;

    @Override
    public Raw get() {
      int images = config.batchImages();
      float[] pixels = new float[images * processor.length()];
      float[] marks = new float[images * labels.length()];
      for (int i = 0; i < images; i++) {
        PretrainExample example = examples.apply(next++);
        float[] values = processor.process(example.image());
        System.arraycopy(values, 0, pixels, i * values.length, values.length);
        labels.mark(example.regions(), marks, i * labels.length());
      }
      return new Raw(pixels, marks);
    }
  }
}
