package dev.dataengine.workers.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code config.json} of a LLaVA checkpoint says, as far as the mathematics needs it.
 *
 * @param imageTokenId id of the placeholder that image features replace
 * @param featureLayer how many of the vision tower's layers are run
 * @param vision the vision tower
 * @param text the decoder
 */
public record LlavaConfig(long imageTokenId, int featureLayer, Vision vision, Text text) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A CLIP vision tower; sizes in pixels.
   *
   * @param activation quick_gelu or gelu
   */
  public record Vision(
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int imageSize,
      int patchSize,
      double layerNormEpsilon,
      String activation) {

    /** Image tokens of one image, the class token not counted. */
    public int imageTokens() {
      int side = imageSize / patchSize;
      return side * side;
    }
  }

  /** A LLaMA decoder. */
  public record Text(
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int keyValueHeads,
      int headWidth,
      int vocabularySize,
      int maxPositions,
      double rmsNormEpsilon,
      double ropeTheta) {}

  /**
   * Reads {@code config.json} of a model directory.
   *
   * @throws IOException where it is missing, or describes a model that this code does not compute;
   *     the message names the key
   */
  public static LlavaConfig read(Path directory) throws IOException {
    Path file = directory.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          directory + ": expected a model directory with config.json, which is not there");
    }
    Keys keys = new Keys(file, JSON.readTree(file.toFile()), "");
    keys.expect("model_type", "llava");
    keys.expectIfPresent("vision_feature_select_strategy", "default");
    keys.expectIfPresent("projector_hidden_act", "gelu");
    Vision vision = vision(keys.in("vision_config"));
    int layer = keys.integer("vision_feature_layer", -2);
    return new LlavaConfig(
        keys.integerOf("image_token_index", "image_token_id"),
        layer < 0 ? vision.layers() + 1 + layer : layer,
        vision,
        text(keys.in("text_config")));
  }

  private static Vision vision(Keys keys) throws IOException {
    keys.expect("model_type", "clip_vision_model");
    return new Vision(
        keys.integer("hidden_size", 768),
        keys.integer("intermediate_size", 3072),
        keys.integer("num_hidden_layers", 12),
        keys.integer("num_attention_heads", 12),
        keys.integer("image_size", 224),
        keys.integer("patch_size", 32),
        keys.number("layer_norm_eps", 1e-5),
        keys.oneOf("hidden_act", "quick_gelu", "quick_gelu", "gelu"));
  }

  private static Text text(Keys keys) throws IOException {
    keys.expect("model_type", "llama");
    keys.expectIfPresent("hidden_act", "silu");
    keys.refuse("rope_scaling");
    keys.refuseTrue("attention_bias");
    keys.refuseTrue("mlp_bias");
    int hidden = keys.integer("hidden_size", 4096);
    int heads = keys.integer("num_attention_heads", 32);
    return new Text(
        hidden,
        keys.integer("intermediate_size", 11008),
        keys.integer("num_hidden_layers", 32),
        heads,
        keys.integer("num_key_value_heads", heads),
        keys.integer("head_dim", hidden / heads),
        keys.integer("vocab_size", 32000),
        keys.integer("max_position_embeddings", 2048),
        keys.number("rms_norm_eps", 1e-6),
        ropeTheta(keys));
  }

  /** Newer checkpoints have the base in {@code rope_parameters}, beside the kind of scaling. */
  private static double ropeTheta(Keys keys) throws IOException {
    if (!keys.node().path("rope_parameters").isObject()) {
      return keys.number("rope_theta", 10000);
    }
    Keys rope = keys.in("rope_parameters");
    rope.expectIfPresent("rope_type", "default");
    return rope.number("rope_theta", 10000);
  }

  /** Typed reading of a JSON object, with messages that name file and key. */
  private record Keys(Path file, JsonNode node, String path) {

    Keys in(String key) throws IOException {
      if (!node.path(key).isObject()) {
        throw refused(key, "an object", node.path(key));
      }
      return new Keys(file, node.get(key), path + key + ".");
    }

    void refuseTrue(String key) throws IOException {
      if (node.path(key).asBoolean(false)) {
        throw refused(key, "false", node.path(key));
      }
    }

    int integer(String key, int missing) throws IOException {
      JsonNode value = node.path(key);
      if (value.isMissingNode() || value.isNull()) {
        return missing;
      }
      if (!value.isInt()) {
        throw refused(key, "an integer", value);
      }
      return value.asInt();
    }

    int integerOf(String key, String otherKey) throws IOException {
      String present = node.has(key) ? key : otherKey;
      if (!node.path(present).isInt()) {
        throw refused(present, "an integer", node.path(present));
      }
      return node.get(present).asInt();
    }

    double number(String key, double missing) throws IOException {
      JsonNode value = node.path(key);
      if (value.isMissingNode() || value.isNull()) {
        return missing;
      }
      if (!value.isNumber()) {
        throw refused(key, "a number", value);
      }
      return value.asDouble();
    }

    String oneOf(String key, String missing, String... allowed) throws IOException {
      String value = node.path(key).asText(missing);
      for (String candidate : allowed) {
        if (candidate.equals(value)) {
          return value;
        }
      }
      throw refused(key, "one of " + String.join(", ", allowed), node.path(key));
    }

    void expect(String key, String expected) throws IOException {
      if (!node.path(key).asText().equals(expected)) {
        throw refused(key, "\"" + expected + "\"", node.path(key));
      }
    }

    void expectIfPresent(String key, String expected) throws IOException {
      if (node.hasNonNull(key)) {
        expect(key, expected);
      }
    }

    void refuse(String key) throws IOException {
      if (node.hasNonNull(key)) {
        throw refused(key, "nothing (it is not supported)", node.path(key));
      }
    }

    private IOException refused(String key, String expected, JsonNode came) {
      String got = came.isMissingNode() ? "nothing" : came.toString();
      return new IOException(file + ": " + path + key + ": expected " + expected + ", got " + got);
    }
  }
}
