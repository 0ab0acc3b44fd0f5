package dev.dataengine.workers.model;

import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.tensor.TorchScript;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Compiles {@code llava.torchscript} for one configuration. */
public final class LlavaFunctions {

  private LlavaFunctions() {}

  /** The compiled functions, which the caller closes. */
  public static TorchScript compile(NDManager manager, LlavaConfig config) throws IOException {
    return TorchScript.compile(manager, "Llava", source(config));
  }

  static String source(LlavaConfig config) throws IOException {
    try (InputStream resource = LlavaFunctions.class.getResourceAsStream("llava.torchscript")) {
      if (resource == null) {
        throw new IOException("llava.torchscript is missing from the class path");
      }
      String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
      // the longest names first, since one name may begin another
      for (Map.Entry<String, Object> literal : literals(config).descendingMap().entrySet()) {
        text = text.replace("$" + literal.getKey(), String.valueOf(literal.getValue()));
      }
      return text;
    }
  }

  private static NavigableMap<String, Object> literals(LlavaConfig config) {
    LlavaConfig.Vision vision = config.vision();
    LlavaConfig.Text text = config.text();
    NavigableMap<String, Object> literals = new TreeMap<>();
    literals.put("patch", vision.patchSize());
    literals.put("vision_heads", vision.heads());
    literals.put("vision_layers", config.featureLayer());
    literals.put("vision_layers_total", vision.layers());
    literals.put("vision_eps", vision.layerNormEpsilon());
    literals.put(
        "vision_activation",
        vision.activation().equals("gelu") ? "torch.gelu(h)" : "h * torch.sigmoid(h * 1.702)");
    literals.put("feature_layer", config.featureLayer());
    literals.put("image_token", config.imageTokenId());
    literals.put("text_heads", text.heads());
    literals.put("text_kv_heads", text.keyValueHeads());
    literals.put("text_layers", text.layers());
    literals.put("text_eps", text.rmsNormEpsilon());
    literals.put("head_width_float", (double) text.headWidth());
    literals.put("head_width", text.headWidth());
    literals.put("rope_theta", text.ropeTheta());
    return literals;
  }
}
