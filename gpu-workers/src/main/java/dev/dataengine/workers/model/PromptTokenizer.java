package dev.dataengine.workers.model;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * LLaVA 1.5's prompt in tokens: {@code <s>USER: <image>\nQUESTION ASSISTANT: ANSWER</s>}, with one
 * image token for every patch. Safe for use by several threads.
 */
public final class PromptTokenizer implements AutoCloseable {

  /** The prompt, as it counts in a base's identity. */
  static final String TEMPLATE = "<s>USER: <image>\n{question} ASSISTANT: {answer}</s>";

  private final HuggingFaceTokenizer tokenizer;
  private final long end;
  private final long image;
  private final long[] imagePrefix;

  private PromptTokenizer(HuggingFaceTokenizer tokenizer, LlavaConfig config) {
    this.tokenizer = tokenizer;
    long begin = single("<s>");
    this.end = single("</s>");
    this.image = config.imageTokenId();
    long[] user = encode("USER: ");
    int images = config.vision().imageTokens();
    imagePrefix = new long[1 + user.length + images];
    imagePrefix[0] = begin;
    System.arraycopy(user, 0, imagePrefix, 1, user.length);
    Arrays.fill(imagePrefix, 1 + user.length, imagePrefix.length, config.imageTokenId());
  }

  /**
   * Reads {@code tokenizer.json} of a model directory.
   *
   * @throws IOException where it is missing or lacks the prompt's special tokens
   */
  public static PromptTokenizer load(Path directory, LlavaConfig config) throws IOException {
    Path file = directory.resolve("tokenizer.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          directory + ": expected a model directory with tokenizer.json, which is not there");
    }
    HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.builder()
            .optTokenizerPath(file)
            .optAddSpecialTokens(false)
            .optTruncation(false)
            .optPadding(false)
            .build();
    try {
      return new PromptTokenizer(tokenizer, config);
    } catch (IllegalArgumentException e) {
      tokenizer.close();
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  /** Tokens up to and with the image, which every prompt begins with. */
  public long[] imagePrefix() {
    return imagePrefix.clone();
  }

  /**
   * Tokens of the question and of the turn to the answer.
   *
   * @throws IllegalArgumentException where the text holds the image's token, for which there would
   *     be no image
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

  private long[] text(String text) {
    long[] ids = encode(text);
    for (long id : ids) {
      if (id == image) {
        throw new IllegalArgumentException(
            "expected text without the image's token, got '" + text.strip() + "'");
      }
    }
    return ids;
  }

  private long[] encode(String text) {
    return tokenizer.encode(text, false, false).getIds();
  }

  private long single(String token) {
    long[] ids = encode(token);
    if (ids.length != 1) {
      throw new IllegalArgumentException(
          "expected '" + token + "' to be one special token, got " + ids.length + " tokens");
    }
    return ids[0];
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
