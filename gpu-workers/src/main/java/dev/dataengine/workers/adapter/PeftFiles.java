package dev.dataengine.workers.adapter;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * Adapters as Hugging Face's PEFT stores them: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, which PEFT, vLLM and LoRAX load.
 */
public final class PeftFiles {

  public static final String WEIGHTS = "adapter_model.safetensors";

  /** Name of the file that says what the tensors are. */
  public static final String CONFIG = "adapter_config.json";

  static final String PROJECTOR = "multi_modal_projector";
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
   * Reads an adapter for a model. Which projections it adapts is decided by the tensors that are
   * there, as PEFT does it when it loads, whatever way the configuration names them in.
   *
   * @throws IOException where a file is missing, torn or does not fit the model, or holds values
   *     that are no numbers; the message says which file, key or tensor, and why
   */
  public static Adapter read(Path directory, LlavaConfig model) throws IOException {
    PeftConfig config = PeftConfig.read(directory.resolve(CONFIG));
    return new PeftTensors(directory.resolve(WEIGHTS), config, model).read();
  }

  /** The projections of a pattern that {@link #write} wrote; empty for one of others'. */
  static List<String> modulesOf(String pattern) {
    boolean ours = pattern.startsWith(DECODER) && pattern.endsWith(")");
    return ours
        ? List.of(pattern.substring(DECODER.length(), pattern.length() - 1).split("\\|"))
        : List.of();
  }

  /** SHA-256 of a file, in hexadecimal. */
  public static String sha256(Path file) throws IOException {
    return HexFormat.of().formatHex(Sha256.of(file));
  }
}
