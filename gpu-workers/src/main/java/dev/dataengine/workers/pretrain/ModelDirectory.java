package dev.dataengine.workers.pretrain;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dataengine.workers.model.LlavaConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes what stands beside the weights in a Hugging Face directory, so that transformers opens it
 * as a {@code LlavaForConditionalGeneration} with its processor.
 */
final class ModelDirectory {

  /** Special tokens in the order of their ids. */
  static final List<String> SPECIAL = List.of("<pad>", "<s>", "</s>", "<image>");

  static final int IMAGE_TOKEN = SPECIAL.indexOf("<image>");

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path directory;

  ModelDirectory(Path directory) {
    this.directory = directory;
  }

  void writeConfig(LlavaConfig config) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.putArray("architectures").add("LlavaForConditionalGeneration");
    root.put("model_type", "llava")
        .put("image_token_index", config.imageTokenId())
        .put("image_seq_length", config.vision().imageTokens())
        .put("projector_hidden_act", "gelu")
        .put("vision_feature_layer", config.featureLayer() - config.vision().layers() - 1)
        .put("vision_feature_select_strategy", "default")
        .put("tie_word_embeddings", false)
        .put("torch_dtype", "bfloat16");
    putText(root.putObject("text_config"), config.text());
    putVision(root.putObject("vision_config"), config);
    write("config.json", root);
  }

  private static void putText(ObjectNode node, LlavaConfig.Text text) {
    node.putArray("architectures").add("LlamaForCausalLM");
    node.put("model_type", "llama")
        .put("hidden_size", text.hiddenSize())
        .put("intermediate_size", text.intermediateSize())
        .put("num_hidden_layers", text.layers())
        .put("num_attention_heads", text.heads())
        .put("num_key_value_heads", text.keyValueHeads())
        .put("head_dim", text.headWidth())
        .put("vocab_size", text.vocabularySize())
        .put("max_position_embeddings", text.maxPositions())
        .put("rms_norm_eps", text.rmsNormEpsilon())
        .put("rope_theta", text.ropeTheta())
        .put("hidden_act", "silu")
        .put("tie_word_embeddings", false)
        .put("pad_token_id", SPECIAL.indexOf("<pad>"))
        .put("bos_token_id", SPECIAL.indexOf("<s>"))
        .put("eos_token_id", SPECIAL.indexOf("</s>"));
  }

  private static void putVision(ObjectNode node, LlavaConfig config) {
    LlavaConfig.Vision vision = config.vision();
    node.put("model_type", "clip_vision_model")
        .put("hidden_size", vision.hiddenSize())
        .put("intermediate_size", vision.intermediateSize())
        .put("num_hidden_layers", vision.layers())
        .put("num_attention_heads", vision.heads())
        .put("image_size", vision.imageSize())
        .put("patch_size", vision.patchSize())
        .put("layer_norm_eps", vision.layerNormEpsilon())
        .put("hidden_act", vision.activation())
        .put("projection_dim", config.text().hiddenSize());
  }

  void writePreprocessor(int side) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("image_processor_type", "CLIPImageProcessor")
        .put("processor_class", "LlavaProcessor")
        .put("do_convert_rgb", true)
        .put("do_resize", true)
        .put("do_center_crop", false)
        .put("do_rescale", true)
        .put("do_normalize", true)
        .put("resample", 3)
        .put("rescale_factor", 1.0 / 255);
    root.putObject("size").put("height", side).put("width", side);
    root.putArray("image_mean").add(0.5).add(0.5).add(0.5);
    root.putArray("image_std").add(0.5).add(0.5).add(0.5);
    write("preprocessor_config.json", root);
  }

  void writeProcessor(int patch) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("processor_class", "LlavaProcessor")
        .put("patch_size", patch)
        .put("vision_feature_select_strategy", "default")
        .put("num_additional_image_tokens", 1)
        .put("image_token", "<image>");
    write("processor_config.json", root);
  }

  void writeTokenizer(List<BytePairEncoding.Pair> merges) throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", SPECIAL.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    root.putNull("normalizer");
    byteLevel(root.putObject("pre_tokenizer"));
    ObjectNode template = root.putObject("post_processor").put("type", "TemplateProcessing");
    sequence(begin(template.putArray("single")), "A", 0);
    sequence(sequence(begin(template.putArray("pair")), "A", 0), "B", 1);
    ObjectNode bos = template.putObject("special_tokens").putObject("<s>").put("id", "<s>");
    bos.putArray("ids").add(SPECIAL.indexOf("<s>"));
    bos.putArray("tokens").add("<s>");
    byteLevel(root.putObject("decoder"));
    putModel(root.putObject("model"), merges);
    write("tokenizer.json", root);
    writeTokenizerConfig();
  }

  private static void byteLevel(ObjectNode node) {
    node.put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", true);
  }

  private static ArrayNode begin(ArrayNode pattern) {
    pattern.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
    return pattern;
  }

  private static ArrayNode sequence(ArrayNode pattern, String id, int type) {
    pattern.addObject().putObject("Sequence").put("id", id).put("type_id", type);
    return pattern;
  }

  private static void putModel(ObjectNode model, List<BytePairEncoding.Pair> merges) {
    model.put("type", "BPE");
    for (String absent :
        List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
      model.putNull(absent);
    }
    model.put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode vocabulary = model.putObject("vocab");
    for (String token : SPECIAL) {
      vocabulary.put(token, vocabulary.size());
    }
    for (String character : ByteLevel.characters()) {
      vocabulary.put(character, vocabulary.size());
    }
    ArrayNode pairs = model.putArray("merges");
    for (BytePairEncoding.Pair pair : merges) {
      if (!vocabulary.has(pair.merged())) {
        vocabulary.put(pair.merged(), vocabulary.size());
      }
      pairs.add(pair.left() + " " + pair.right());
    }
  }

  private void writeTokenizerConfig() throws IOException {
    ObjectNode root = JSON.createObjectNode();
    root.put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("bos_token", "<s>")
        .put("eos_token", "</s>")
        .put("pad_token", "<pad>")
        .put("image_token", "<image>")
        .put("padding_side", "left")
        .put("clean_up_tokenization_spaces", false);
    write("tokenizer_config.json", root);
  }

  private void write(String name, ObjectNode content) throws IOException {
    JSON.writeValue(directory.resolve(name).toFile(), content);
  }
}
