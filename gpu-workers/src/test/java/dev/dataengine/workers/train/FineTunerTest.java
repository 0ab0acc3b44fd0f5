package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.Batch;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.model.RowPacker;
import dev.dataengine.workers.tensor.PyTorch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTunerTest {

  private static final Path DIRECTORY = Path.of("models/tiny-llava");
  private static final AdamW PLAIN = new AdamW(1e-3, 0, 0.9, 0.98, 1e-8, 0.1, 0);

  private NDManager manager;
  private LlavaModel model;
  private PromptTokenizer tokenizer;

  @BeforeEach
  void load() throws Exception {
    PyTorch.start();
    manager = NDManager.newBaseManager();
    model = LlavaModel.load(manager, DIRECTORY, PrecisionChoice.FLOAT32);
    tokenizer = PromptTokenizer.load(DIRECTORY, model.config());
  }

  @AfterEach
  void close() {
    tokenizer.close();
    model.close();
    manager.close();
  }

  /**
   * Adam's first step moves every value by the rate against its gradient's sign, and its first
   * moment is a tenth of the gradient: so the moment shows the gradient, which differences of the
   * loss must confirm.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void step_gradient_isThatOfFiniteDifferences(boolean projector) {
    LoraConfig lora = new LoraConfig(4, 8, 0, LoraConfig.MODULES, projector);
    try (FineTuner tuner = new FineTuner(manager, model, lora, PLAIN, 3)) {
      float[] start = tuner.parameters().copyValues();
      // a start where B is not zero, so that A has gradients too
      java.util.Random random = new java.util.Random(5);
      for (int i = 0; i < start.length; i++) {
        start[i] += 0.02f * (float) random.nextGaussian();
      }
      float[] zero = new float[start.length];
      tuner.parameters().restore(start, zero, zero);
      step(tuner, 1);
      float[] moment = tuner.parameters().copyFirstMoment();

      // along a random direction, and along the gradient itself
      float[] along = new float[start.length];
      for (int i = 0; i < start.length; i++) {
        along[i] = (float) random.nextGaussian();
      }
      for (float[] direction : List.of(along, moment)) {
        double norm = norm(direction);
        double expected = 0;
        for (int i = 0; i < start.length; i++) {
          expected += 10.0 * moment[i] * direction[i] / norm;
        }
        double h = 2e-2;
        double difference =
            (lossAt(tuner, start, direction, h / norm) - lossAt(tuner, start, direction, -h / norm))
                / (2 * h);
        assertThat(difference).isCloseTo(expected, within(0.02 * Math.abs(expected) + 2e-3));
      }
    }
  }

  @Test
  void step_adamW_isThatOfTheNaiveFormula() {
    AdamW adam = new AdamW(1e-2, 0, 0.8, 0.9, 1e-6, 0.1, 0.5);
    try (FineTuner tuner = new FineTuner(manager, model, LoraConfig.defaults(), adam, 3)) {
      int size = tuner.layout().size();
      float[] before = tuner.parameters().copyValues();
      step(tuner, 1);
      float[] m1 = tuner.parameters().copyFirstMoment();
      float[] v1 = tuner.parameters().copySecondMoment();
      float[] x1 = tuner.parameters().copyValues();

      double clippedNorm = 0;
      for (int i = 0; i < size; i++) {
        double g = m1[i] / 0.2;
        clippedNorm += g * g;
        assertThat((double) v1[i]).isCloseTo(0.1 * g * g, within(1e-6));
        // corrected for their start at zero, the moments are g and g squared
        double expected = before[i] - 1e-2 * 0.1 * before[i] - 1e-2 * g / (Math.abs(g) + 1e-6);
        assertThat((double) x1[i]).isCloseTo(expected, within(2e-5));
      }
      assertThat(Math.sqrt(clippedNorm)).isLessThanOrEqualTo(0.5 + 1e-3);

      step(tuner, 2);
      float[] m2 = tuner.parameters().copyFirstMoment();
      float[] v2 = tuner.parameters().copySecondMoment();
      float[] x2 = tuner.parameters().copyValues();

      for (int i = 0; i < size; i++) {
        double g = (m2[i] - 0.8 * m1[i]) / 0.2;
        assertThat((double) v2[i]).isCloseTo(0.9 * v1[i] + 0.1 * g * g, within(1e-6));
        double mean = m2[i] / (1 - 0.8 * 0.8);
        double square = v2[i] / (1 - 0.9 * 0.9);
        double expected = x1[i] - 1e-2 * 0.1 * x1[i] - 1e-2 * mean / (Math.sqrt(square) + 1e-6);
        assertThat((double) x2[i]).isCloseTo(expected, within(2e-5));
      }
    }
  }

  @Test
  void step_repeatedFromTheSameState_isTheSameToTheBit() {
    LoraConfig dropping = new LoraConfig(8, 16, 0.3, LoraConfig.MODULES.subList(0, 4), false);
    float[][] ends = new float[2][];
    for (int run = 0; run < 2; run++) {
      try (FineTuner tuner = new FineTuner(manager, model, dropping, PLAIN, 3)) {
        for (int number = 1; number <= 3; number++) {
          step(tuner, number);
          if (run == 1) {
            // as a restart would: everything through a checkpoint's arrays
            FlatParameters p = tuner.parameters();
            p.restore(p.copyValues(), p.copyFirstMoment(), p.copySecondMoment());
          }
        }
        ends[run] = tuner.parameters().copyValues();
      }
    }

    assertThat(ends[1]).isEqualTo(ends[0]);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void step_manyOnOneBatch_learnsIt(PrecisionChoice precision) throws Exception {
    model.close();
    model = LlavaModel.load(manager, DIRECTORY, precision);
    try (FineTuner tuner =
        new FineTuner(manager, model, LoraConfig.defaults(), AdamW.defaults(), 3)) {
      double first = step(tuner, 1).loss();
      double last = first;
      for (int number = 2; number <= 60; number++) {
        last = step(tuner, number).loss();
      }

      assertThat(last).isLessThan(first / 3);
    }
  }

  private double lossAt(FineTuner tuner, float[] start, float[] direction, double distance) {
    float[] moved = start.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += (float) (distance * direction[i]);
    }
    try (NDManager scope = manager.newSubManager();
        LoadedAdapter adapter = LoadedAdapter.of(scope, model, tuner.layout(), moved)) {
      Batch batch = batch(scope);
      NDArray projected = model.project(features(scope), adapter.view().projector());
      float[] losses = model.groupLosses(batch, projected, adapter.view());
      // the training loss is the mean over tokens, not over answers
      float[] sizes = batch.groupSizes().toFloatArray();
      double total = 0;
      double tokens = 0;
      for (int i = 0; i < losses.length; i++) {
        total += (double) losses[i] * sizes[i];
        tokens += sizes[i];
      }
      return total / tokens;
    }
  }

  private FineTuner.Gradient step(FineTuner tuner, long number) {
    try (NDManager scope = tuner.newScope()) {
      FineTuner.Gradient gradient = tuner.gradient(scope, number, batch(scope), features(scope));
      tuner.update(scope, number, 1, gradient);
      return gradient;
    }
  }

  private static List<float[]> copy(FineTuner tuner) {
    FlatParameters p = tuner.parameters();
    return List.of(p.copyValues(), p.copyFirstMoment(), p.copySecondMoment());
  }

  /** What can fail of a step for its batch's sake is over before anything is changed. */
  @Test
  void gradient_ofABatch_changesNothing() {
    try (FineTuner tuner = new FineTuner(manager, model, LoraConfig.defaults(), PLAIN, 3);
        NDManager scope = tuner.newScope()) {
      step(tuner, 1);
      List<float[]> before = copy(tuner);

      FineTuner.Gradient gradient = tuner.gradient(scope, 2, batch(scope), features(scope));

      assertThat(copy(tuner)).usingRecursiveComparison().isEqualTo(before);
      assertThat(gradient.norm())
          .isPositive()
          .isCloseTo(norm(gradient.values().toFloatArray()), within(1e-3));
      tuner.update(scope, 2, 1, gradient);
      for (int i = 0; i < 3; i++) {
        assertThat(copy(tuner).get(i)).isNotEqualTo(before.get(i));
      }
    }
  }

  /** As of memory that ends in it: the first moment has decayed and has no gradient yet. */
  @Test
  void update_thatEndsMidway_isNoFaultOfTheBatch() {
    try (FineTuner tuner = new FineTuner(manager, model, LoraConfig.defaults(), PLAIN, 3);
        NDManager scope = tuner.newScope()) {
      step(tuner, 1);
      float[] before = tuner.parameters().copyFirstMoment();
      FineTuner.Gradient torn =
          new FineTuner.Gradient(1, 1, new float[0], scope.ones(new Shape(before.length - 1)));

      assertThatThrownBy(() -> tuner.update(scope, 2, 1, torn))
          .isInstanceOf(LocalFailureException.class)
          .hasMessageStartingWith("the update of step 2 ended midway: ");
      assertThat(tuner.parameters().copyFirstMoment()).isNotEqualTo(before);
    }
  }

  private Batch batch(NDManager scope) {
    return new RowPacker()
        .row(tokenizer.imagePrefix())
        .segment(tokenizer.question("Is it red?"), tokenizer.answer("no"))
        .segment(tokenizer.question("Which is it?"), tokenizer.answer("the blue one"))
        .row(tokenizer.imagePrefix())
        .segment(tokenizer.question("How many?"), tokenizer.answer("4"))
        .pack(scope);
  }

  private NDArray features(NDManager scope) {
    int side = model.config().vision().imageSize();
    NDArray pixels = scope.ones(new Shape(2, 3, side, side));
    return model.visionFeatures(pixels);
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
