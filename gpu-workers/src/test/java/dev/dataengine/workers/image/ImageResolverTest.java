package dev.dataengine.workers.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageResolverTest {

  @TempDir Path temp;
  private Path root = Path.of("");
  private Path secret = Path.of("");
  private ImageResolver resolver = new ImageResolver(List.of(), 1);

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectory(temp.resolve("images"));
    Files.writeString(root.resolve("one.png"), "pixels");
    secret = Files.writeString(temp.resolve("secret"), "no image");
    resolver = new ImageResolver(List.of(root), 6);
  }

  @Test
  void read_fileUnderARoot_isItsBytes() throws IOException {
    assertThat(resolver.read(root.resolve("one.png").toUri().toString()))
        .asString()
        .isEqualTo("pixels");
  }

  @Test
  void read_pathThatLeavesTheRoot_isRefused() {
    assertThatThrownBy(() -> resolver.read(root.toUri() + "../secret"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is outside the image-roots");
  }

  @Test
  void read_linkThatLeavesTheRoot_isRefused() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("link.png"), secret);

    assertThatThrownBy(() -> resolver.read(link.toUri().toString()))
        .hasMessageContaining("is outside the image-roots");
  }

  @Test
  void read_fileAboveTheLimit_saysBothSizes() throws IOException {
    Path large = Files.writeString(root.resolve("large.png"), "1234567");

    assertThatThrownBy(() -> resolver.read(large.toUri().toString()))
        .hasMessageEndingWith("expected at most 6 bytes, got 7");
  }

  @Test
  void read_otherScheme_isRefusedWithWhatIsExpected() {
    assertThatThrownBy(() -> resolver.read("http://127.0.0.1/one.png"))
        .hasMessage(
            "image uri: expected file: under one of the image-roots, got 'http://127.0.0.1/one.png'");
  }
}
