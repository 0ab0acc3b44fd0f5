package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.Image;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.serde.EventClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of images that are elsewhere, and fields that are not what they should be. */
class JsonlImageTest {

  private static final String SHA = "ab".repeat(32);

  @TempDir Path temp;

  @BeforeAll
  static void trustTheEvents() {
    EventClasses.trust();
  }

  private ImageSource source(String fields) throws IOException {
    Path file = Files.writeString(temp.resolve("a.jsonl"), "{\"image_id\":\"a\"," + fields + "}\n");
    return ImageSources.parse("jsonl:" + file, 16_384);
  }

  private static String elsewhere(String width, String more) {
    return "\"uri\":\"file:///data/a.png\",\"sha256\":\"%s\",\"width\":%s,\"height\":30%s"
        .formatted(SHA, width, more);
  }

  @Test
  void imageElsewhere_isAsTheLineSays() throws IOException {
    String objects =
        ",\"objects\":[{\"category\":\"dog\",\"bbox\":[1,2,30,4]},"
            + "{\"category\":\"cat\"},{\"category\":\"cup\",\"bbox\":[900,900,3,4]}]";
    try (ImageSource source = source(elsewhere("40", objects))) {
      Image image = source.image(0, Instant.EPOCH);

      assertThat(source.id(0)).isEqualTo("a");
      assertThat(image.getUri()).isEqualTo("file:///data/a.png");
      assertThat(image.getSha256()).isEqualTo(SHA);
      assertThat(image.getWidth()).isEqualTo(40);
      assertThat(image.getHeight()).isEqualTo(30);
      assertThat(image.getBytes()).isNull();
      assertThat(image.getObjects()).hasSize(2);
      assertThat(image.getAttributes()).as("one was off it").containsEntry("objects", "partial");
    }
  }

  @Test
  void allObjectsOnTheImage_leaveTheAnnotationAsItIs() throws IOException {
    String twice = "{\"category\":\"dog\",\"bbox\":[1,2,30,4]}";
    String objects = ",\"objects\":[%s,%s]".formatted(twice, twice);
    try (ImageSource source = source(elsewhere("40", objects))) {
      Image image = source.image(0, Instant.EPOCH);

      assertThat(image.getObjects()).as("named twice").hasSize(1);
      assertThat(image.getAttributes()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"uri\":\"file:///a.png\",\"width\":4,\"height\":3 | sha256",
        "\"uri\":\"file:///a.png\",\"sha256\":\"AB\",\"width\":4,\"height\":3 | sha256: expected 64",
        "\"path\":\"a.png\",\"uri\":\"file:///a.png\" | expected one of path, uri and bytes, got 2",
        "\"captions\":[\"x\"] | expected one of path, uri and bytes, got 0",
        "\"bytes\":\"%%\" | bytes: expected base64"
      })
  void lineThatIsNoImage_isRefusedAtTheStart(String fields, String says) {
    assertThatThrownBy(() -> source(fields).close())
        .isInstanceOf(InputRefusedException.class)
        .hasMessageContaining(", line 1: ")
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"attributes\":[1]",
        ",\"attributes\":\"red\"",
        ",\"captions\":[1]",
        ",\"captions\":{}",
        ",\"objects\":{}",
        ",\"objects\":[{\"category\":\"dog\",\"bbox\":[1,2]}]",
        ",\"questions\":[{\"question\":\"what?\"}]"
      })
  void annotationOfAnotherKind_isRefusedAtTheStart(String more) {
    assertThatThrownBy(() -> source(elsewhere("40", more)).close())
        .isInstanceOf(InputRefusedException.class)
        .hasMessageContaining(", line 1: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}"})
  void noAttributes_areNone(String none) throws IOException {
    try (ImageSource source = source(elsewhere("40", ",\"attributes\":" + none))) {
      assertThat(source.image(0, Instant.EPOCH).getAttributes()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"40.5, expected a whole number", "0, sides of at least 1", "70000, at most 65535"})
  void sizeThatNoImageHas_isRefused(String width, String says) {
    assertThatThrownBy(
            () -> {
              try (ImageSource source = source(elsewhere(width, ""))) {
                source.image(0, Instant.EPOCH);
              }
            })
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({"scenes, 0", "scenes:0, 0", "scenes:7, 7", "scenes:123456789, 123456789"})
  void scenes_areThoseOfTheirSeed(String spec, int seed) throws IOException {
    try (ImageSource source = ImageSources.parse(spec, 16_384)) {
      assertThat(source.size()).isEqualTo(ImageSource.ENDLESS);
      assertThat(source.image(3, Instant.EPOCH))
          .isEqualTo(
              SceneImages.image(SceneSpace.PUBLISHED.generator(seed).scene(3), Instant.EPOCH));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scenes:x", "scenes:-1", "scenes:1234567890", "scenes: 7"})
  void seedThatIsNone_isRefused(String spec) {
    assertThatThrownBy(() -> ImageSources.parse(spec, 16_384).close())
        .isInstanceOf(InputRefusedException.class)
        .hasMessage("images '" + spec + "': expected scenes:SEED, a number");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scenes:", "nlvr:", "jsonl: ", "", ":", "scene"})
  void nothingBehindTheKind_isRefused(String spec) {
    assertThatThrownBy(() -> ImageSources.parse(spec, 16_384).close())
        .isInstanceOf(InputRefusedException.class)
        .hasMessageStartingWith("images '" + spec + "': expected scenes, scenes:SEED");
  }
}
