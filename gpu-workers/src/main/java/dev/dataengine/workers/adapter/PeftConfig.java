package dev.dataengine.workers.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code adapter_config.json} of PEFT, as far as it changes what is computed. What would be
 * computed otherwise than it was trained is refused by its key.
 *
 * @param file where it was read
 * @param json its content
 */
record PeftConfig(Path file, JsonNode json) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Beginnings of training that leave the base's weights alone; others train on what is left. */
  private static final Set<String> HARMLESS_BEGINNINGS = Set.of("gaussian", "eva", "orthogonal");

  /** Keys that ask for another computation where they are set. */
  private static final List<String> VARIANTS =
      List.of(
          "layer_replication",
          "alora_invocation_tokens",
          "trainable_token_indices",
          "target_parameters",
          "loftq_config",
          "megatron_config",
          "arrow_config",
          "lora_ga_config");

  /** Flags that say nothing of the computation; any other that is on is one we do not know. */
  private static final Set<String> HARMLESS_FLAGS =
      Set.of("inference_mode", "init_lora_weights", "ensure_weight_tying");

  static PeftConfig read(Path file) throws IOException {
    JsonNode json = JSON.readTree(file.toFile());
    if (!json.isObject()) {
      throw new IOException(file + ": expected PEFT's configuration, got " + shown(json));
    }
    PeftConfig config = new PeftConfig(file, json);
    if (!json.path("peft_type").asText().equals("LORA")) {
      throw config.refused("peft_type", "LORA");
    }
    config.refuseVariants();
    return config;
  }

  private void refuseVariants() throws IOException {
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      JsonNode value = field.getValue();
      if (value.isBoolean() && value.asBoolean() && !HARMLESS_FLAGS.contains(field.getKey())) {
        throw refused(field.getKey(), "false");
      }
    }
    for (String variant : VARIANTS) {
      JsonNode value = json.path(variant);
      if (!value.isMissingNode()
          && !value.isNull()
          && !(value.isContainerNode() && value.isEmpty())) {
        throw refused(variant, "nothing");
      }
    }
    for (String pattern : List.of("rank_pattern", "alpha_pattern")) {
      if (!json.path(pattern).isEmpty()) {
        throw refused(pattern, "{}");
      }
    }
    JsonNode begun = json.path("init_lora_weights");
    if (begun.isTextual() && !HARMLESS_BEGINNINGS.contains(begun.asText())) {
      throw refused("init_lora_weights", "true, false or one of " + HARMLESS_BEGINNINGS);
    }
    if (!json.path("bias").asText("none").equals("none")) {
      throw refused("bias", "none");
    }
    for (JsonNode module : json.path("modules_to_save")) {
      if (!module.asText().equals(PeftFiles.PROJECTOR)) {
        throw refused("modules_to_save", PeftFiles.PROJECTOR + " at most");
      }
    }
  }

  /** The settings, for an adapter of these projections. */
  LoraConfig lora(List<String> targets) throws IOException {
    if (!json.path("r").isIntegralNumber()) {
      throw refused("r", "a number");
    }
    if (!json.path("lora_alpha").isNumber()) {
      throw refused("lora_alpha", "a number");
    }
    try {
      return new LoraConfig(
          json.get("r").asInt(),
          json.get("lora_alpha").asDouble(),
          json.path("lora_dropout").asDouble(),
          targets,
          json.path("modules_to_save").size() > 0);
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Projections that every layer must have, since the configuration lists them by their short names
   * and leaves no layer out; empty where it names them in another way.
   */
  List<String> listedForEveryLayer() {
    if (!none("layers_to_transform") || !none("exclude_modules")) {
      return List.of();
    }
    Set<String> listed = new HashSet<>();
    json.path("target_modules").forEach(target -> listed.add(target.asText()));
    listed.addAll(PeftFiles.modulesOf(json.path("target_modules").asText()));
    return LoraConfig.MODULES.stream().filter(listed::contains).toList();
  }

  private boolean none(String key) {
    JsonNode value = json.path(key);
    return value.isMissingNode() || value.isNull() || (value.isContainerNode() && value.isEmpty());
  }

  IOException refused(String key, String expected) {
    return new IOException(
        "%s: %s: expected %s, got %s".formatted(file, key, expected, shown(json.path(key))));
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "nothing" : value.toString();
  }
}
