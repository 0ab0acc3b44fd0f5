package dev.dataengine.workers.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LoadedAdapterTest {

  private static final List<String> MODULES =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  @Test
  void of_valuesInTheLayoutsOrder_areEachWhereTheMathematicsTakesThem() throws Exception {
    PyTorch.start();
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model =
            LlavaModel.load(manager, Path.of("models/tiny-llava"), PrecisionChoice.FLOAT32)) {
      LoraConfig lora = new LoraConfig(3, 7, 0.5, List.of("down_proj", "q_proj"), true);
      AdapterLayout layout = new AdapterLayout(model.config(), lora);
      float[] values = new float[layout.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      Map<String, float[]> byName = new HashMap<>();
      int at = 0;
      for (AdapterLayout.Slot slot : layout.slots()) {
        byName.put(slot.name(), Arrays.copyOfRange(values, at, at + slot.size()));
        at += slot.size();
      }

      try (LoadedAdapter loaded = LoadedAdapter.of(manager, model, layout, values)) {
        assertThat((double) Tensors.floats(loaded.view().hyper())[0])
            .isCloseTo(7 / 3.0, within(1e-6));
        assertThat(Tensors.floats(loaded.view().hyper())[1]).as("no dropout").isZero();
        List<NDArray> tensors = loaded.view().tensors();
        int layers = model.config().text().layers();
        assertThat(tensors).hasSize(14 * layers);
        for (int i = 0; i < tensors.size(); i++) {
          String module = MODULES.get(i % 14 / 2);
          if (lora.targets().contains(module)) {
            String name =
                "base_model.model.model.language_model.layers.%d.%s.%s.lora_%s.weight"
                    .formatted(
                        i / 14,
                        module.equals("q_proj") ? "self_attn" : "mlp",
                        module,
                        i % 2 == 0 ? "A" : "B");
            assertThat(Tensors.floats(tensors.get(i)))
                .as(name)
                .isEqualTo(Objects.requireNonNull(byName.get(name)));
            assertThat(tensors.get(i).getShape().get(i % 2)).isEqualTo(3);
          } else {
            assertThat(tensors.get(i).size()).isZero();
          }
        }
        List<String> projector = List.of("1.weight", "1.bias", "2.weight", "2.bias");
        for (int i = 0; i < 4; i++) {
          String name = "base_model.model.model.multi_modal_projector.linear_" + projector.get(i);
          assertThat(Tensors.floats(loaded.view().projector().get(i)))
              .as(name)
              .isEqualTo(Objects.requireNonNull(byName.get(name)));
        }
      }
    }
  }
}
