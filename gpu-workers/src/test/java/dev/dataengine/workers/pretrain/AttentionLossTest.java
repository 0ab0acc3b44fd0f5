package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.model.LlavaFunctions;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AttentionLossTest {

  private static final int IMAGE = ModelDirectory.IMAGE_TOKEN;
  private static final int WIDTH = 4;
  private static final int CIRCLE = 10;
  private static final int RED = 11;
  private static final int LABELS = 2;
  private static final double MASKED = -10_000;

  @BeforeAll
  static void startPyTorch() {
    PyTorch.start();
  }

  /** Label 0 is a circle, label 1 red; other tokens are no labels. */
  private static int label(long token) {
    return token == CIRCLE ? 0 : token == RED ? 1 : -1;
  }

  /**
   * Rows of as many tokens and as many patches each.
   *
   * @param scores [row][from][to], those that are not seen far below the others
   * @param marks [row][patch][label], 0 or 1
   */
  private record Input(long[][] ids, double[][][] scores, float[][][] marks) {

    double loss() throws IOException {
      int rows = ids.length;
      int tokens = ids[0].length;
      int patches = marks[0].length;
      long[] words = new long[768];
      Arrays.setAll(words, AttentionLossTest::label);
      // the scores come in by the mask, on top of queries of nothing
      float[] mask = new float[rows * tokens * tokens];
      float[] flat = new float[rows * patches * LABELS];
      int at = 0;
      int mark = 0;
      for (int row = 0; row < rows; row++) {
        for (double[] from : scores[row]) {
          for (double score : from) {
            mask[at++] = (float) score;
          }
        }
        for (float[] patch : marks[row]) {
          for (float borne : patch) {
            flat[mark++] = borne;
          }
        }
      }
      float[] nothing = new float[rows * tokens * WIDTH];
      try (NDManager manager = NDManager.newBaseManager();
          TorchScript functions = LlavaFunctions.compile(manager, PretrainConfig.architecture())) {
        NDArray loss =
            functions
                .call("attention_loss")
                .with(Tensors.of(manager, nothing, rows, tokens, WIDTH))
                .with(Tensors.of(manager, nothing, rows, tokens, WIDTH))
                .with(Tensors.of(manager, mask, rows, 1, tokens, tokens))
                .with(
                    Tensors.of(
                        manager,
                        Arrays.stream(ids).flatMapToLong(Arrays::stream).toArray(),
                        rows,
                        tokens))
                .with(Tensors.of(manager, words, words.length))
                .with(Tensors.of(manager, flat, rows, patches, LABELS))
                .run();
        return Tensors.floats(loss)[0];
      }
    }

    /** By the definition. */
    double expected() {
      double sum = 0;
      int words = 0;
      for (int row = 0; row < ids.length; row++) {
        for (int at = 0; at < ids[row].length; at++) {
          if (label(ids[row][at]) >= 0) {
            sum += expected(row, at);
            words++;
          }
        }
      }
      return words == 0 ? 0 : sum / words;
    }

    private double expected(int row, int at) {
      int label = label(ids[row][at]);
      double[] score = scores[row][at];
      double total = Math.log(Arrays.stream(score).map(Math::exp).sum());
      double bearing = 0;
      double crossEntropy = 0;
      int patch = 0;
      for (int token = 0; token < ids[row].length; token++) {
        if (ids[row][token] == IMAGE) {
          if (marks[row][patch++][label] == 1) {
            bearing++;
            crossEntropy += total - score[token];
          }
        }
      }
      return bearing == 0 ? total - score[0] : crossEntropy / bearing;
    }
  }

  /** A first token, two patches, the word "red". */
  private static double red(float first, float second) throws IOException {
    double[][] scores = new double[4][4];
    scores[3] = new double[] {0, 1, 2, 3};
    long[][] ids = {{1, IMAGE, IMAGE, RED}};
    return new Input(ids, new double[][][] {scores}, new float[][][] {{{1, first}, {0, second}}})
        .loss();
  }

  @Test
  void attentionLoss_byHand() throws IOException {
    double total = Math.log(1 + Math.exp(1) + Math.exp(2) + Math.exp(3));

    assertThat(red(1, 0)).as("first patch").isCloseTo(total - 1, within(1e-5));
    assertThat(red(0, 1)).as("second patch").isCloseTo(total - 2, within(1e-5));
    assertThat(red(1, 1)).as("both").isCloseTo(total - 1.5, within(1e-5));
    assertThat(red(0, 0)).as("none: the first token").isCloseTo(total, within(1e-5));
  }

  @Test
  void attentionLoss_randomRows_isTheDefinitions() throws IOException {
    Random random = new Random(5);
    for (int round = 0; round < 20; round++) {
      // the image does not begin at the same token everywhere
      long[][] ids = {
        {1, 20, IMAGE, IMAGE, IMAGE, CIRCLE, 21, RED, RED},
        {1, IMAGE, IMAGE, IMAGE, RED, 22, CIRCLE, 23, 0},
        {1, 24, 25, IMAGE, IMAGE, IMAGE, 26, 27, 28}
      };
      double[][][] scores = new double[3][9][9];
      for (double[][] row : scores) {
        for (int from = 0; from < 9; from++) {
          for (int to = 0; to < 9; to++) {
            row[from][to] = to > from ? MASKED : 2 * random.nextGaussian();
          }
        }
      }
      float[][][] marks = new float[3][3][LABELS];
      for (float[][] row : marks) {
        for (float[] patch : row) {
          for (int label = 0; label < LABELS; label++) {
            patch[label] = random.nextInt(2);
          }
        }
      }
      Input input = new Input(ids, scores, marks);

      assertThat(input.loss()).isCloseTo(input.expected(), within(1e-4));
    }
  }

  @Test
  void attentionLoss_queriesAndKeys_givePlainScaledProducts() throws IOException {
    float[] queries = new float[4 * WIDTH];
    queries[3 * WIDTH] = 1;
    float[] keys = new float[4 * WIDTH];
    for (int token = 0; token < 4; token++) {
      keys[token * WIDTH] = 2f * token; // halved by the root of the width
    }
    long[] words = new long[768];
    Arrays.setAll(words, AttentionLossTest::label);
    try (NDManager manager = NDManager.newBaseManager();
        TorchScript functions = LlavaFunctions.compile(manager, PretrainConfig.architecture())) {
      NDArray loss =
          functions
              .call("attention_loss")
              .with(Tensors.of(manager, queries, 1, 4, WIDTH))
              .with(Tensors.of(manager, keys, 1, 4, WIDTH))
              .with(Tensors.of(manager, new float[16], 1, 1, 4, 4))
              .with(Tensors.of(manager, new long[] {1, IMAGE, IMAGE, RED}, 1, 4))
              .with(Tensors.of(manager, words, words.length))
              .with(Tensors.of(manager, new float[] {0, 1, 0, 0}, 1, 2, LABELS))
              .run();

      assertThat((double) Tensors.floats(loss)[0]).isCloseTo(red(1, 0), within(1e-5));
    }
  }

  @Test
  void attentionLoss_noWordIsALabel_isNothing() throws IOException {
    long[][] ids = {{1, IMAGE, IMAGE, 20}};

    assertThat(new Input(ids, new double[1][4][4], new float[1][2][LABELS]).loss()).isZero();
  }
}
