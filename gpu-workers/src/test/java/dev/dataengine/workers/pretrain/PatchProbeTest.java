package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.dataengine.workers.model.LlavaWeights;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PatchProbeTest {

  private static final int WIDTH = 128;
  private static final int CIRCLE = 5;

  private final LlavaWeights weights = new LlavaWeights(PretrainConfig.architecture());
  private final float[] model = InitialWeights.draw(weights, 1);

  private static OptionalInt token(String label) {
    return label.equals("circle") ? OptionalInt.of(CIRCLE) : OptionalInt.empty();
  }

  private float[] weight(String name) {
    LlavaWeights.Named weight = weights.find(name);
    return Arrays.copyOfRange(model, weight.at(), weight.at() + weight.size());
  }

  /** By the definition: linear, GELU, linear. */
  private double[] project(double[] feature) {
    float[] first = weight("linear_1.weight");
    float[] second = weight("linear_2.weight");
    float[] bias = weight("linear_1.bias");
    double[] out = new double[WIDTH];
    for (int h = 0; h < WIDTH; h++) {
      double z = bias[h];
      for (int d = 0; d < WIDTH; d++) {
        z += first[h * WIDTH + d] * feature[d];
      }
      double gelu = z > 3 ? z : z < -3 ? 0 : Double.NaN; // within 0.02 there, unused elsewhere
      for (int d = 0; d < WIDTH; d++) {
        out[d] += second[d * WIDTH + h] == 0 ? 0 : second[d * WIDTH + h] * gelu;
      }
    }
    return out;
  }

  /** Label 0, a circle, answers to dimension 0; label 1, a column, to dimension 1. */
  private static PatchProbe probe() {
    float[] values = new float[2 * WIDTH + 2];
    values[0] = 10;
    values[WIDTH + 1] = 10;
    values[2 * WIDTH] = -5;
    values[2 * WIDTH + 1] = -5;
    return new PatchProbe(List.of("circle", "column 1"), values);
  }

  @Test
  void writeInto_patchThatBearsAWord_entersTheDecoderAsTheWordsEmbedding() {
    probe().writeInto(weights, model, PatchProbeTest::token, 1);

    double[] feature = new double[WIDTH];
    feature[0] = 0.9; // a logit of 4
    double[] entered = project(feature);

    float[] table = weight("embed_tokens.weight");
    for (int d = 0; d < WIDTH; d++) {
      assertThat(entered[d]).isCloseTo(table[CIRCLE * WIDTH + d], within(1e-3));
    }
  }

  @Test
  void writeInto_labelThatIsNoWord_entersAsAVectorOfItsOwn() {
    probe().writeInto(weights, model, PatchProbeTest::token, 1);

    double[] feature = new double[WIDTH];
    feature[1] = 0.9;

    double norm = Math.sqrt(Arrays.stream(project(feature)).map(x -> x * x).sum());
    assertThat(norm).isBetween(0.4, 0.8); // as a row of the table: 0.05 · √128
  }

  @Test
  void writeInto_moreLabelsThanHiddenUnits_isRefused() {
    PatchProbe probe = new PatchProbe(Collections.nCopies(129, "x"), new float[129 * 129]);

    assertThatThrownBy(() -> probe.writeInto(weights, model, PatchProbeTest::token, 1))
        .hasMessage("labels: expected 128 at most, got 129");
  }
}
