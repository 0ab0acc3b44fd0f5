package dev.dataengine.workers.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.Parity;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Adapters that PEFT made are read and computed as PEFT does, and written as PEFT writes them; the
 * fixture is made by {@code gpu-workers/dev/peft_adapter.py}.
 */
class PeftParityTest {

  private static final Path MODEL = Path.of("models/tiny-llava");
  private static final List<String> FILES =
      List.of("adapter_config.json", "adapter_model.safetensors");

  @TempDir Path peft;
  @TempDir Path ours;
  private JsonNode fixture;

  @BeforeEach
  void unpack() throws IOException {
    fixture = new ObjectMapper().readTree(getClass().getResourceAsStream("peft-adapter.json"));
    for (String name : FILES) {
      Files.write(peft.resolve(name), Base64.getDecoder().decode(fixture.get(name).asText()));
    }
  }

  @Test
  void logits_withAnAdapterOfPefts_areThoseOfPeft() throws Exception {
    PyTorch.start();
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, MODEL, PrecisionChoice.FLOAT32);
        PromptTokenizer tokenizer = PromptTokenizer.load(MODEL, model.config())) {
      PeftFiles.Adapter adapter = PeftFiles.read(peft, model.config());
      long[] prompt = Parity.prompt(tokenizer, fixture.get("question").asText());
      try (LoadedAdapter loaded =
          LoadedAdapter.of(manager, model, adapter.layout(), adapter.values())) {
        float[] logits =
            Parity.logits(
                manager, model, MODEL, fixture.get("image").asText(), prompt, loaded.view());

        assertThat(Parity.relativeError(logits, fixture.get("logits")))
            .isLessThan(Parity.TOLERANCE);
      }
    }
  }

  @Test
  void write_adapterReadFromPeft_hasItsTensorsByNameShapeAndValue() throws Exception {
    PyTorch.start();
    PeftFiles.Adapter adapter;
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, MODEL, PrecisionChoice.FLOAT32)) {
      adapter = PeftFiles.read(peft, model.config());
    }

    PeftFiles.write(ours, adapter.layout(), adapter.values(), "tiny-llava");

    var expected = SafeTensors.open(peft.resolve(FILES.get(1))).tensors();
    var written = SafeTensors.open(ours.resolve(FILES.get(1))).tensors();
    assertThat(written.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    for (var entry : expected.entrySet()) {
      SafeTensors.Entry tensor = Objects.requireNonNull(written.get(entry.getKey()));
      assertThat(tensor.shape()).as(entry.getKey()).isEqualTo(entry.getValue().shape());
      assertThat(tensor.floats()).as(entry.getKey()).isEqualTo(entry.getValue().floats());
    }
  }

  @Test
  void read_adapterOfTheVisionTowerToo_isRefused() throws IOException {
    Path weights = peft.resolve(FILES.get(1));
    String tower = "base_model.model.model.vision_tower.layers.0.self_attn.q_proj.lora_A.weight";
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (var entry : SafeTensors.open(weights).tensors().entrySet()) {
      writer.add(entry.getKey(), entry.getValue().floats(), entry.getValue().shape());
    }
    writer.add(tower, new float[4], 2, 2);
    writer.write(weights);
    LlavaConfig model = LlavaConfig.read(MODEL);

    assertThatThrownBy(() -> PeftFiles.read(peft, model))
        .hasMessageContaining("expected tensors of the decoder and the projector only")
        .hasMessageContaining(tower);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"use_dora\": false | \"use_dora\": true | use_dora: expected false, got true",
        "\"bias\": \"none\" | \"bias\": \"all\" | bias: expected none, got \"all\"",
        "\"rank_pattern\": {} | \"rank_pattern\": {\"q_proj\": 4} | rank_pattern: expected {}",
        "\"peft_type\": \"LORA\" | \"peft_type\": \"IA3\" | peft_type: expected LORA"
      })
  void read_variantThatIsComputedOtherwise_isRefused(String as, String instead, String message)
      throws IOException {
    Path config = peft.resolve(FILES.get(0));
    String text = Files.readString(config);
    assertThat(text).contains(as);
    Files.writeString(config, text.replace(as, instead));
    LlavaConfig model = LlavaConfig.read(MODEL);

    assertThatThrownBy(() -> PeftFiles.read(peft, model)).hasMessageContaining(message);
  }
}
