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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** By hand: one row of a first token, two patches, a word. */
class GazeLossTest {

  private static final int IMAGE = ModelDirectory.IMAGE_TOKEN;
  private static final int WORD = 5;
  private static final int LABELS = 2;

  /** The word's score for the first patch; 0 for the other three tokens. */
  private static final double SCORE = 1.5;

  private static final double TOTAL = Math.exp(SCORE) + 3;

  @BeforeAll
  static void startPyTorch() {
    PyTorch.start();
  }

  /**
   * @param label that the word speaks of
   * @param marks two labels of the first patch, then of the second
   */
  private static double loss(int label, float... marks) throws IOException {
    long[] words = new long[768];
    Arrays.fill(words, -1);
    words[WORD] = label;
    // a head of width 4: scores are halved
    float[] keys = new float[16];
    keys[4] = (float) (2 * SCORE);
    float[] queries = new float[16];
    queries[12] = 1;
    try (NDManager manager = NDManager.newBaseManager();
        TorchScript functions = LlavaFunctions.compile(manager, PretrainConfig.architecture())) {
      NDArray loss =
          functions
              .call("gaze_loss")
              .with(Tensors.of(manager, queries, 1, 4, 4))
              .with(Tensors.of(manager, keys, 1, 4, 4))
              .with(Tensors.of(manager, new float[16], 1, 1, 4, 4))
              .with(Tensors.of(manager, new long[] {1, IMAGE, IMAGE, WORD}, 1, 4))
              .with(Tensors.of(manager, words, words.length))
              .with(Tensors.of(manager, marks, 1, 2, LABELS))
              .run();
      return Tensors.floats(loss)[0];
    }
  }

  @Test
  void gazeLoss_patchBearsTheWord_wantsItLookedAt() throws IOException {
    assertThat(loss(1, 0, 1, 0, 0)).isCloseTo(Math.log(TOTAL) - SCORE, within(1e-5));
    assertThat(loss(1, 0, 0, 0, 1)).isCloseTo(Math.log(TOTAL), within(1e-5));
  }

  @Test
  void gazeLoss_twoPatchesBearTheWord_wantsBothAlike() throws IOException {
    assertThat(loss(0, 1, 0, 1, 1)).isCloseTo(Math.log(TOTAL) - SCORE / 2, within(1e-5));
  }

  @Test
  void gazeLoss_nothingBearsTheWord_wantsTheFirstToken() throws IOException {
    assertThat(loss(0, 0, 1, 0, 1)).isCloseTo(Math.log(TOTAL), within(1e-5));
  }

  @Test
  void gazeLoss_noWordIsALabel_isNothing() throws IOException {
    assertThat(loss(-1, 1, 1, 1, 1)).isZero();
  }
}
