package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.workers.model.LlavaWeights;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {

  private final LlavaWeights layout = new LlavaWeights(PretrainConfig.architecture());

  private float[] weight(float[] values, String name) {
    LlavaWeights.Named weight = layout.find(name);
    return Arrays.copyOfRange(values, weight.at(), weight.at() + weight.size());
  }

  @Test
  void draw_decoder_halfOfTheHeadsSeekWhatIsLikeThem() {
    float[] values = InitialWeights.draw(layout, 1);
    float[] queries = weight(values, "language_model.model.layers.3.self_attn.q_proj.weight");
    float[] keys = weight(values, "language_model.model.layers.3.self_attn.k_proj.weight");
    int half = queries.length / 2;

    assertThat(Arrays.copyOf(keys, half)).isEqualTo(Arrays.copyOf(queries, half));
    assertThat(Arrays.copyOfRange(keys, half, 2 * half))
        .doesNotContain(Arrays.copyOfRange(queries, half, half + 8));
  }

  @Test
  void draw_sameSeed_isTheSame() {
    assertThat(InitialWeights.draw(layout, 1))
        .isEqualTo(InitialWeights.draw(layout, 1))
        .isNotEqualTo(InitialWeights.draw(layout, 2));
  }
}
