package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTokenizerTest {

  private static final Path MODEL = Path.of("models/tiny-llava");

  @TempDir Path temp;
  private LlavaConfig config;
  private PromptTokenizer tokenizer;

  @BeforeEach
  void load() throws IOException {
    config = LlavaConfig.read(MODEL);
    tokenizer = PromptTokenizer.load(MODEL, config);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  @Test
  void imagePrefix_always_endsWithOneTokenAPatch() {
    long[] prefix = tokenizer.imagePrefix();

    assertThat(Arrays.stream(prefix).filter(id -> id == config.imageTokenId()).count())
        .isEqualTo(config.vision().imageTokens());
    assertThat(prefix[prefix.length - 1]).isEqualTo(config.imageTokenId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"<image>", "</s>", "<s>", "<pad>", "a</s>b", " <image> ", "</s></s>"})
  void question_thatSpellsOutAControlToken_isText(String spelt) {
    long[] plain = tokenizer.question("What is in it?");
    long[] question = tokenizer.question("What is in " + spelt + "?");
    long[] answer = tokenizer.answer(spelt);

    assertThat(plain).doesNotContain(0, 1, 2, 3);
    assertThat(question).doesNotContain(0, 1, 2, 3).hasSizeGreaterThan(plain.length);
    assertThat(Arrays.copyOf(answer, answer.length - 1)).doesNotContain(0, 1, 2, 3);
    assertThat(answer[answer.length - 1]).isEqualTo(2);
  }

  @Test
  void answer_anyText_isWhatItsBytesSay() throws IOException {
    JsonNode vocabulary =
        new ObjectMapper().readTree(MODEL.resolve("tokenizer.json").toFile()).at("/model/vocab");
    String[] tokens = new String[config.text().vocabularySize()];
    vocabulary.properties().forEach(token -> tokens[token.getValue().asInt()] = token.getKey());

    for (String text : List.of("red", "</s>", "<image> x", "é日", "a  b\tc", "x".repeat(5000))) {
      StringBuilder spelt = new StringBuilder();
      long[] ids = tokenizer.answer(text);
      for (int i = 0; i < ids.length - 1; i++) {
        spelt.append(tokens[(int) ids[i]]);
      }
      assertThat(spelt.toString()).isEqualTo(byteLevel(" " + text));
    }
  }

  /** GPT-2's spelling of bytes: printable ones as they are, the others from U+0100 on. */
  private static String byteLevel(String text) {
    StringBuilder spelt = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int value = b & 0xff;
      spelt.append((char) (isPrintable(value) ? value : 256 + rank(value)));
    }
    return spelt.toString();
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xa1 && value <= 0xac)
        || (value >= 0xae && value <= 0xff);
  }

  private static int rank(int value) {
    return (int) java.util.stream.IntStream.range(0, value).filter(v -> !isPrintable(v)).count();
  }

  private PromptTokenizer changed(Consumer<ObjectNode> change) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(MODEL.resolve("tokenizer.json").toFile());
    change.accept(json);
    mapper.writeValue(temp.resolve("tokenizer.json").toFile(), json);
    return PromptTokenizer.load(temp, config);
  }

  @Test
  void load_ordinaryTokenBeyondTheEmbedding_isRefusedNamingIt() {
    assertThatThrownBy(
            () -> changed(json -> ((ObjectNode) json.at("/model/vocab")).put("zebra", 768)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("token 'zebra' has id 768, but the embedding has 768 rows");
  }

  private static void add(ObjectNode json, int id, String content, boolean special) {
    ((ArrayNode) json.path("added_tokens"))
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", special);
  }

  /** The same architecture with fewer rows in its embedding. */
  private LlavaConfig withRows(int rows) {
    LlavaConfig.Text t = config.text();
    return new LlavaConfig(
        config.imageTokenId(),
        config.featureLayer(),
        config.vision(),
        new LlavaConfig.Text(
            t.hiddenSize(),
            t.intermediateSize(),
            t.layers(),
            t.heads(),
            t.keyValueHeads(),
            t.headWidth(),
            rows,
            t.maxPositions(),
            t.rmsNormEpsilon(),
            t.ropeTheta()));
  }

  @Test
  void text_withAnAddedTokenBeyondTheEmbedding_isRefusedAndOtherTextIsNot() throws IOException {
    // the vocabulary ends at 504
    config = withRows(505);
    try (PromptTokenizer other = changed(json -> add(json, 505, "zebra", false))) {
      assertThat(other.question("Is it a horse?")).isEqualTo(tokenizer.question("Is it a horse?"));
      assertThatThrownBy(() -> other.question("Is it a zebra?"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected tokens below 505")
          .hasMessageContaining("got 'zebra' with id 505 in 'Is it a zebra? ASSISTANT:'");
    }
  }

  @Test
  void text_withAddedTokensBehindControlTokens_keepsTheirIds() throws IOException {
    try (PromptTokenizer other =
        changed(
            json -> {
              add(json, 505, "<one>", true);
              add(json, 506, "<two>", true);
              add(json, 507, "zebra", false);
            })) {
      assertThat(other.question("Is it a zebra?")).contains(507);
      assertThat(other.question("Is it <one> or <two>?"))
          .isEqualTo(tokenizer.question("Is it <one> or <two>?"));
    }
  }

  @Test
  void text_whereTheModelItselfFindsAControlToken_isRefusedNamingIt() throws IOException {
    // as Llama 3's does, which looks a whole word up before it merges
    try (PromptTokenizer other =
        changed(
            json -> {
              json.putNull("pre_tokenizer");
              ((ObjectNode) json.path("model")).put("ignore_merges", true);
              ObjectNode vocabulary = (ObjectNode) json.at("/model/vocab");
              vocabulary.remove("<pad>");
              vocabulary.put(" <pad>", 0);
            })) {
      assertThatThrownBy(() -> other.answer("<pad>"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected text without the control token ' <pad>'");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{}", "{\"model\":{}}", "{\"model\":{\"type\":\"BPE\"}}"})
  void load_fileThatIsNoTokenizer_isRefusedNamingIt(String text) throws IOException {
    Files.writeString(temp.resolve("tokenizer.json"), text);

    assertThatThrownBy(() -> PromptTokenizer.load(temp, config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tokenizer.json: ");
  }
}
