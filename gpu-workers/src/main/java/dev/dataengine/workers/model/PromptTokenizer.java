package dev.dataengine.workers.model;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.dataengine.failure.Excerpt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * LLaVA 1.5's prompt in tokens: {@code <s>USER: <image>\nQUESTION ASSISTANT: ANSWER</s>}, with one
 * image token for every patch. Control tokens come from the prompt alone: those that a question or
 * an answer spells out are text like any other. Safe for use by several threads.
 */
public final class PromptTokenizer implements AutoCloseable {

  /** The prompt, as it counts in a base's identity. */
  static final String TEMPLATE = "<s>USER: <image>\n{question} ASSISTANT: {answer}</s>";

  private final HuggingFaceTokenizer tokenizer;
  private final Map<String, Long> control;
  private final int rows;
  private final long end;
  private final long[] imagePrefix;

  private PromptTokenizer(HuggingFaceTokenizer tokenizer, TokenizerFile file, LlavaConfig config)
      throws IOException {
    this.tokenizer = tokenizer;
    this.rows = config.text().vocabularySize();
    long begin = special(file, "<s>");
    this.end = special(file, "</s>");
    this.control = new HashMap<>(file.control());
    control.put("<s>", begin);
    control.put("</s>", end);
    control.put("<image>", config.imageTokenId());
    long[] user = text("USER: ");
    int images = config.vision().imageTokens();
    imagePrefix = new long[1 + user.length + images];
    imagePrefix[0] = begin;
    System.arraycopy(user, 0, imagePrefix, 1, user.length);
    Arrays.fill(imagePrefix, 1 + user.length, imagePrefix.length, config.imageTokenId());
  }

  /**
   * Reads {@code tokenizer.json} of a model directory.
   *
   * @throws IOException where it is missing, lacks the prompt's special tokens, or has tokens that
   *     the model has no embedding for
   */
  public static PromptTokenizer load(Path directory, LlavaConfig config) throws IOException {
    Path path = directory.resolve("tokenizer.json");
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          directory + ": expected a model directory with tokenizer.json, which is not there");
    }
    TokenizerFile file = TokenizerFile.read(path);
    int rows = config.text().vocabularySize();
    file.requireOrdinaryBelow(rows);
    if (config.imageTokenId() < 0 || config.imageTokenId() >= rows) {
      throw new IOException(
          "%s: image_token_index: expected below text_config.vocab_size, which is %d, got %d"
              .formatted(directory.resolve("config.json"), rows, config.imageTokenId()));
    }
    HuggingFaceTokenizer tokenizer = open(file);
    try {
      return new PromptTokenizer(tokenizer, file, config);
    } catch (IllegalArgumentException | IOException e) {
      tokenizer.close();
      throw new IOException(path + ": " + e.getMessage(), e);
    }
  }

  private static HuggingFaceTokenizer open(TokenizerFile file) throws IOException {
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(file.forText().getBytes(StandardCharsets.UTF_8)),
          Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    } catch (RuntimeException e) {
      // the native library's own words
      throw new IOException(file.file() + ": not a tokenizer: " + e.getMessage(), e);
    }
  }

  /** Tokens up to and with the image, which every prompt begins with. */
  public long[] imagePrefix() {
    return imagePrefix.clone();
  }

  /**
   * Tokens of the question and of the turn to the answer.
   *
   * @throws IllegalArgumentException where a token of the text is one that only the prompt may
   *     have, or one that the model has no embedding for
   */
  public long[] question(String question) {
    return text("\n" + question + " ASSISTANT:");
  }

  /**
   * Tokens of an answer with the end of sentence.
   *
   * @throws IllegalArgumentException as for a question
   */
  public long[] answer(String answer) {
    long[] text = text(" " + answer);
    long[] tokens = Arrays.copyOf(text, text.length + 1);
    tokens[text.length] = end;
    return tokens;
  }

  /** The token of a word within a sentence, where it is one. */
  public OptionalInt word(String word) {
    long[] ids = text(" " + word);
    return ids.length == 1 ? OptionalInt.of(Math.toIntExact(ids[0])) : OptionalInt.empty();
  }

  /** Some kinds of tokenizers find a control token in plain text all the same; that is refused. */
  private long[] text(String text) {
    Encoding encoding = tokenizer.encode(text, false, false);
    long[] ids = encoding.getIds();
    for (int i = 0; i < ids.length; i++) {
      if (control.containsValue(ids[i])) {
        throw new IllegalArgumentException(
            "expected text without the control token '%s', got '%s'"
                .formatted(encoding.getTokens()[i], Excerpt.of(text.strip())));
      }
      if (ids[i] < 0 || ids[i] >= rows) {
        throw new IllegalArgumentException(
            "expected tokens below %d, which the model has an embedding for, got '%s' with id %d in '%s'"
                .formatted(rows, encoding.getTokens()[i], ids[i], Excerpt.of(text.strip())));
      }
    }
    return ids;
  }

  private long special(TokenizerFile file, String token) throws IOException {
    long id = file.id(token).orElse(-1);
    if (id < 0 || id >= rows) {
      throw new IOException(
          "expected a special token '%s' with an id below %d, got %s"
              .formatted(token, rows, id < 0 ? "none" : "id " + id));
    }
    return id;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
