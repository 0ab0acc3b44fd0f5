package dev.dataengine.workers.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter of q and v in six layers, told of in the ways that PEFT has, and damaged. */
class PeftVariantsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "base_model.model.model.language_model.layers.";
  private static final String Q3_A = ROOT + "3.self_attn.q_proj.lora_A.weight";

  @TempDir Path directory;
  private LlavaConfig model = readModel();
  private float[] values = {};
  private Map<String, SafeTensors.Entry> tensors = Map.of();

  private static LlavaConfig readModel() {
    try {
      return LlavaConfig.read(Path.of("models/tiny-llava"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void writeGood() throws IOException {
    LoraConfig lora = new LoraConfig(4, 8, 0, List.of("q_proj", "v_proj"), false);
    AdapterLayout layout = new AdapterLayout(model, lora);
    values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1 + i % 1000;
    }
    PeftFiles.write(directory, layout, values, "tiny-llava");
    tensors = SafeTensors.open(directory.resolve("adapter_model.safetensors")).tensors();
  }

  private PeftFiles.Adapter read() throws IOException {
    return PeftFiles.read(directory, model);
  }

  private void configure(String key, String value) throws IOException {
    Path file = directory.resolve("adapter_config.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    json.set(key, JSON.readTree(value));
    JSON.writeValue(file.toFile(), json);
  }

  private void keep(Predicate<String> names) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    tensors.forEach(
        (name, entry) -> {
          if (names.test(name)) {
            writer.add(name, entry.floats(), entry.shape());
          }
        });
    writer.write(directory.resolve("adapter_model.safetensors"));
  }

  private void replace(String tensor, float[] with, long... shape) throws IOException {
    SafeTensorsWriter writer = new SafeTensorsWriter();
    for (Map.Entry<String, SafeTensors.Entry> each : tensors.entrySet()) {
      boolean it = each.getKey().equals(tensor);
      writer.add(
          each.getKey(),
          it ? with : each.getValue().floats(),
          it ? shape : each.getValue().shape());
    }
    writer.write(directory.resolve("adapter_model.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"v_proj\", \"q_proj\"]",
        "\".*language_model.*\\\\.self_attn\\\\.(q|v)_proj\"",
        "\"^(?!.*(k_proj|o_proj)).*language_model.*self_attn.*_proj$\"",
        "\"all-linear\"",
        "[\"model.language_model.layers.0.self_attn.q_proj\", \"layers.1.self_attn.q_proj\"]"
      })
  void read_targetsNamedInAnyWay_areThoseOfTheTensors(String targets) throws IOException {
    configure("target_modules", targets);

    PeftFiles.Adapter adapter = read();

    assertThat(adapter.layout().lora().targets()).containsExactly("q_proj", "v_proj");
    assertThat(adapter.values()).isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "layers_to_transform ; [4, 5]",
        "target_modules ; \".*layers\\\\.(4|5)\\\\.self_attn\\\\.(q|v)_proj\"",
        "exclude_modules ; \".*layers\\\\.[0-3]\\\\..*\""
      })
  void read_tensorsOfSomeLayers_areZeroInTheOthers(String key, String value) throws IOException {
    keep(name -> name.startsWith(ROOT + "4.") || name.startsWith(ROOT + "5."));
    configure(key, value);

    PeftFiles.Adapter adapter = read();

    int at = 0;
    for (AdapterLayout.Slot slot : adapter.layout().slots()) {
      boolean kept = slot.name().startsWith(ROOT + "4.") || slot.name().startsWith(ROOT + "5.");
      for (int i = 0; i < slot.size(); i++, at++) {
        assertThat(adapter.values()[at]).as(slot.name()).isEqualTo(kept ? values[at] : 0f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[\"q_proj\", \"v_proj\"]", "\".*language_model\\\\..*\\\\.(q_proj|v_proj)\""})
  void read_layersMissingThatAListAsksFor_isRefusedNamingTheTensor(String targets)
      throws IOException {
    keep(name -> !name.startsWith(ROOT + "3.self_attn.q_proj"));
    configure("target_modules", targets);

    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tensor '" + Q3_A + "': expected shape [4, 128], got none");
  }

  @Test
  void read_oneOfTwoFactorsMissing_isRefusedHoweverTargetsAreNamed() throws IOException {
    keep(name -> !name.equals(Q3_A));
    configure("target_modules", "\"all-linear\"");

    assertThatThrownBy(this::read)
        .hasMessageContaining("tensor '" + Q3_A + "': expected shape [4, 128], got none");
  }

  @Test
  void read_transposedFactor_isRefusedWithBothShapes() throws IOException {
    replace(Q3_A, new float[512], 128, 4);

    assertThatThrownBy(this::read)
        .hasMessageContaining("tensor '" + Q3_A + "': expected shape [4, 128], got [128, 4]");
  }

  @Test
  void read_emptyFactor_isRefused() throws IOException {
    replace(Q3_A, new float[0], 0);

    assertThatThrownBy(this::read)
        .hasMessageContaining("tensor '" + Q3_A + "': expected shape [4, 128], got [0]");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void read_valueThatIsNoNumber_isRefusedWithItsPlace(float bad) throws IOException {
    float[] with = new float[512];
    with[300] = bad;
    replace(Q3_A, with, 4, 128);

    assertThatThrownBy(this::read)
        .hasMessageContaining(
            "tensor '" + Q3_A + "': expected finite numbers, got " + bad + " at 300");
  }

  @Test
  void read_float64_isTheSameAdapter() throws IOException {
    writeAs("F64", Double.BYTES, ByteBuffer::putDouble);

    assertThat(read().values()).isEqualTo(values);
  }

  @Test
  void read_dtypeThatIsNoFloatingPoint_isRefusedNamingTheTensor() throws IOException {
    writeAs("I32", Integer.BYTES, (to, value) -> to.putInt((int) value));

    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(
            "q_proj.lora_A.weight': dtype: expected F32, F16, BF16 or F64, got I32");
  }

  private interface Put {
    void value(ByteBuffer to, double value);
  }

  /** A safetensors file of the same values in another dtype, written by hand. */
  private void writeAs(String dtype, int width, Put put) throws IOException {
    Map<String, Object> header = new LinkedHashMap<>();
    ByteBuffer data = ByteBuffer.allocate(width * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (Map.Entry<String, SafeTensors.Entry> each : tensors.entrySet()) {
      int begin = data.position();
      for (float value : each.getValue().floats()) {
        put.value(data, value);
      }
      header.put(
          each.getKey(),
          Map.of(
              "dtype",
              dtype,
              "shape",
              each.getValue().shape(),
              "data_offsets",
              new int[] {begin, data.position()}));
    }
    byte[] json = JSON.writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + data.capacity()).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json).put(data.flip());
    Files.write(directory.resolve("adapter_model.safetensors"), file.array());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "init_lora_weights | \"pissa\"",
        "init_lora_weights | \"pissa_niter_16\"",
        "init_lora_weights | \"olora\"",
        "init_lora_weights | \"corda\"",
        "init_lora_weights | \"loftq\"",
        "alora_invocation_tokens | [1, 2]",
        "layer_replication | [[0, 4], [2, 6]]",
        "use_dora | true",
        "use_rslora | true",
        "use_qalora | true",
        "lora_bias | true",
        "fan_in_fan_out | true",
        "use_something_new | true",
        "target_parameters | [\"experts.weight\"]",
        "trainable_token_indices | [3]",
        "rank_pattern | {\"q_proj\": 2}",
        "alpha_pattern | {\"q_proj\": 2}",
        "bias | \"lora_only\"",
        "modules_to_save | [\"lm_head\"]",
        "peft_type | \"ADALORA\"",
        "r | \"four\"",
        "r | 0",
        "r | 1000000000",
        "lora_alpha | null",
        "lora_alpha | 1e999"
      })
  void read_variantThatIsComputedOtherwise_isRefusedByItsKey(String key, String value)
      throws IOException {
    configure(key, value);

    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("adapter_config.json: ")
        .hasMessageContaining(key.replace("lora_alpha", "alpha").replaceAll("^r$", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "init_lora_weights | \"gaussian\"",
        "init_lora_weights | false",
        "peft_version | \"0.18.0\"",
        "qalora_group_size | 16",
        "layer_replication | null",
        "loftq_config | {}",
        "exclude_modules | null"
      })
  void read_keyThatChangesNothing_isPassedOver(String key, String value) throws IOException {
    configure(key, value);

    assertThat(read().values()).isEqualTo(values);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null"})
  void read_configurationThatIsNone_isAnIoFailure(String text) throws IOException {
    Files.writeString(directory.resolve("adapter_config.json"), text);

    assertThatThrownBy(this::read).isInstanceOf(IOException.class);
  }
}
