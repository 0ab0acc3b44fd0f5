package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.SafeTensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaseIdentityTest {

  private static final Path MODEL = Path.of("models/tiny-llava");
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path directory;

  @BeforeEach
  void copyTheModel() throws IOException {
    try (Stream<Path> files = Files.list(MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "preprocessor_config.json",
        "model.safetensors"
      })
  void of_oneByteOfWhatChangesAnswers_isAnother(String name) throws IOException {
    String before = LlavaModel.identity(directory);
    Path file = directory.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    // white space before a brace, or a weight's mantissa
    int at = name.endsWith(".json") ? lastSpace(bytes) : bytes.length / 2;
    bytes[at] = (byte) (name.endsWith(".json") ? '\t' : bytes[at] ^ 1);
    Files.write(file, bytes);

    assertThat(LlavaModel.identity(directory)).isNotEqualTo(before).hasSize(64);
  }

  private static int lastSpace(byte[] bytes) {
    int at = bytes.length - 1;
    while (bytes[at] != ' ' && bytes[at] != '\n') {
      at--;
    }
    return at;
  }

  @Test
  void of_filesThatNothingReads_isTheSame() throws IOException {
    String before = LlavaModel.identity(directory);
    Files.writeString(directory.resolve("README.md"), "another text");
    Files.writeString(directory.resolve("LICENSE"), "a text");

    assertThat(LlavaModel.identity(directory)).isEqualTo(before);
  }

  @Test
  void of_theSameWeightsInOtherFilesBesideOthersNotInUse_isTheSame() throws IOException {
    // the writer writes float32, so the comparison starts from there
    SafeTensors whole = SafeTensors.open(MODEL.resolve(WEIGHTS));
    SafeTensorsWriter all = new SafeTensorsWriter();
    SafeTensorsWriter[] parts = {new SafeTensorsWriter(), new SafeTensorsWriter()};
    int i = 0;
    for (var tensor : whole.tensors().entrySet()) {
      SafeTensors.Entry entry = tensor.getValue();
      all.add(tensor.getKey(), entry.floats(), entry.shape());
      parts[i++ % 2].add(tensor.getKey(), entry.floats(), entry.shape());
    }
    parts[1].add("language_model.lm_head.extra", new float[] {1}, 1);
    all.write(directory.resolve(WEIGHTS));
    String before = LlavaModel.identity(directory);
    Files.delete(directory.resolve(WEIGHTS));
    parts[0].write(directory.resolve("model-00001-of-00002.safetensors"));
    parts[1].write(directory.resolve("model-00002-of-00002.safetensors"));

    assertThat(LlavaModel.identity(directory)).isEqualTo(before);
  }

  /** The template counts in the identity, so it has to be what the tokenizer puts together. */
  @Test
  void template_isWhatTheTokenizerPutsTogether() throws IOException {
    LlavaConfig config = LlavaConfig.read(directory);
    try (PromptTokenizer prompts = PromptTokenizer.load(directory, config);
        HuggingFaceTokenizer plain = plain()) {
      long[] tokens =
          Stream.of(prompts.imagePrefix(), prompts.question("Is it red?"), prompts.answer("no"))
              .flatMapToLong(Arrays::stream)
              .toArray();
      long image = config.imageTokenId();
      // one placeholder stands for as many tokens as the image has patches
      long[] once = collapsed(tokens, image);

      String prompt =
          PromptTokenizer.TEMPLATE.replace("{question}", "Is it red?").replace("{answer}", "no");
      assertThat(plain.decode(once, false).replace(" ", ""))
          .isEqualTo(
              plain.decode(plain.encode(prompt, false, false).getIds(), false).replace(" ", ""));
    }
  }

  private static long[] collapsed(long[] tokens, long image) {
    LongStream.Builder once = LongStream.builder();
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] != image || i == 0 || tokens[i - 1] != image) {
        once.add(tokens[i]);
      }
    }
    return once.build().toArray();
  }

  private HuggingFaceTokenizer plain() throws IOException {
    return HuggingFaceTokenizer.builder()
        .optTokenizerPath(directory.resolve("tokenizer.json"))
        .optAddSpecialTokens(false)
        .build();
  }

  @Test
  void formerIdentity_isOverTheWeightFilesAlone() throws IOException {
    String before = LlavaModel.formerIdentity(directory);
    Files.write(directory.resolve("tokenizer.json"), "{}".getBytes(StandardCharsets.UTF_8));

    assertThat(LlavaModel.formerIdentity(directory)).isEqualTo(before);
    assertThat(before).isEqualTo(LlavaModel.formerIdentity(MODEL)).hasSize(64);
  }
}
