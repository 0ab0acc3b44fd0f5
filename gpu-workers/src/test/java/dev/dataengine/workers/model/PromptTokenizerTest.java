package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptTokenizerTest {

  private static final Path MODEL = Path.of("models/tiny-llava");

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

  @Test
  void question_withTheImagesToken_isRefused() {
    assertThatThrownBy(() -> tokenizer.question("What is in <image>?"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "expected text without the image's token, got 'What is in <image>?");
    assertThatThrownBy(() -> tokenizer.answer("<image>"))
        .hasMessageStartingWith("expected text without the image's token");
  }
}
