package dev.dataengine.workers.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adapters as Hugging Face's PEFT stores them: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, which PEFT, vLLM and LoRAX load.
 */
public final class PeftFiles {

  public static final String WEIGHTS = "adapter_model.safetensors";
  private static final String CONFIG = "adapter_config.json";
  private static final String PROJECTOR = "multi_modal_projector";
  private static final String DECODER = ".*language_model\\..*\\.(";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private PeftFiles() {}

  /**
   * An adapter as read.
   *
   * @param layout its tensors
   * @param values their values, in the layout's order
   */
  public record Adapter(AdapterLayout layout, float[] values) {}

  /**
   * Writes both files.
   *
   * @param baseModel name of the base model, for those who load the adapter elsewhere
   */
  public static void write(Path directory, AdapterLayout layout, float[] values, String baseModel)
      throws IOException {
    LoraConfig lora = layout.lora();
    ObjectNode config = JSON.createObjectNode();
    config
        .put("peft_type", "LORA")
        .put("task_type", "CAUSAL_LM")
        .put("base_model_name_or_path", baseModel)
        .put("r", lora.rank())
        .put("lora_alpha", lora.alpha())
        .put("lora_dropout", lora.dropout())
        .put("bias", "none")
        .put("fan_in_fan_out", false)
        .put("inference_mode", true)
        .put("init_lora_weights", true)
        // a pattern, since the vision tower's projections have the same names
        .put("target_modules", DECODER + String.join("|", lora.targets()) + ")");
    if (lora.projector()) {
      config.putArray("modules_to_save").add(PROJECTOR);
    } else {
      config.putNull("modules_to_save");
    }
    JSON.writeValue(directory.resolve(CONFIG).toFile(), config);
    SafeTensorsWriter writer = new SafeTensorsWriter();
    int at = 0;
    for (AdapterLayout.Slot slot : layout.slots()) {
      float[] part = Arrays.copyOfRange(values, at, at + slot.size());
      at += slot.size();
      if (slot.columns() > 0) {
        writer.add(slot.name(), part, slot.rows(), slot.columns());
      } else if (slot.rows() > 0) {
        writer.add(slot.name(), part, slot.rows());
      }
    }
    writer.write(directory.resolve(WEIGHTS));
  }

  /**
   * Reads an adapter for a model.
   *
   * @throws IOException where a file is missing or does not fit the model; the message says what
   */
  public static Adapter read(Path directory, LlavaConfig model) throws IOException {
    AdapterLayout layout = new AdapterLayout(model, readConfig(directory));
    SafeTensors file = SafeTensors.open(directory.resolve(WEIGHTS));
    Set<String> others = new TreeSet<>(file.tensors().keySet());
    layout.slots().forEach(slot -> others.remove(slot.name()));
    if (!others.isEmpty()) {
      throw new IOException(
          "%s: expected tensors of the decoder and the projector only, got '%s'"
              .formatted(directory.resolve(WEIGHTS), others.iterator().next()));
    }
    float[] values = new float[layout.size()];
    int at = 0;
    for (AdapterLayout.Slot slot : layout.slots()) {
      if (slot.size() == 0) {
        continue;
      }
      SafeTensors.Entry entry = file.tensors().get(slot.name());
      if (entry == null || entry.floats().length != slot.size()) {
        throw new IOException(
            "%s: expected tensor '%s' of %d values, got %s"
                .formatted(
                    directory.resolve(WEIGHTS),
                    slot.name(),
                    slot.size(),
                    entry == null ? "none" : Arrays.toString(entry.shape())));
      }
      System.arraycopy(entry.floats(), 0, values, at, slot.size());
      at += slot.size();
    }
    return new Adapter(layout, values);
  }

  private static LoraConfig readConfig(Path directory) throws IOException {
    Path file = directory.resolve(CONFIG);
    JsonNode json = JSON.readTree(file.toFile());
    if (!json.path("peft_type").asText().equals("LORA")) {
      throw new IOException(file + ": peft_type: expected LORA, got " + json.path("peft_type"));
    }
    refuseVariants(file, json);
    List<String> targets = new ArrayList<>();
    String pattern = json.path("target_modules").asText();
    for (String module : LoraConfig.MODULES) {
      boolean listed = false;
      for (JsonNode name : json.path("target_modules")) {
        listed |= name.asText().equals(module);
      }
      if (listed || pattern.contains(module)) {
        targets.add(module);
      }
    }
    try {
      return new LoraConfig(
          json.path("r").asInt(),
          json.path("lora_alpha").asDouble(),
          json.path("lora_dropout").asDouble(),
          targets,
          json.path("modules_to_save").size() > 0);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Refuses what would be computed otherwise than it was trained. */
  private static void refuseVariants(Path file, JsonNode json) throws IOException {
    for (String flag : List.of("use_rslora", "use_dora", "fan_in_fan_out", "lora_bias")) {
      if (json.path(flag).asBoolean(false)) {
        throw new IOException(file + ": " + flag + ": expected false, got true");
      }
    }
    if (!json.path("bias").asText("none").equals("none")) {
      throw new IOException(file + ": bias: expected none, got " + json.path("bias"));
    }
    for (String pattern : List.of("rank_pattern", "alpha_pattern")) {
      if (!json.path(pattern).isEmpty()) {
        throw new IOException(file + ": " + pattern + ": expected {}, got " + json.path(pattern));
      }
    }
    for (JsonNode module : json.path("modules_to_save")) {
      if (!module.asText().equals(PROJECTOR)) {
        throw new IOException(
            file + ": modules_to_save: expected " + PROJECTOR + " at most, got " + module);
      }
    }
  }

  /** SHA-256 of a file, in hexadecimal. */
  public static String sha256(Path file) throws IOException {
    return HexFormat.of().formatHex(Sha256.of(file));
  }
}
