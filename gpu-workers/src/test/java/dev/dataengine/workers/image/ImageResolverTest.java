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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://127.0.0.1/one.png | expected file:///…",
        "one.png | expected file:///…",
        "'' | expected file:///…",
        "file://other-host/images/one.png | a file of this machine and no host",
        "file://localhost/images/one.png | a file of this machine and no host",
        "file:one.png | an absolute path",
        "file:../one.png | an absolute path",
        "file: | a uri",
        "file:///images/one%00.png | a path that may exist",
        "file:///images/one.png?size=1 | write %3F and %23",
        "file:///images/one.png#1 | write %3F and %23",
        "file:///images/one two.png | a uri",
        "file:///images/one%2.png | a uri"
      })
  void read_uriOfNoFileHere_isRefusedWithWhatIsExpected(String uri, String expected) {
    assertThatThrownBy(() -> resolver.read(uri))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("image uri: ")
        .hasMessageContaining(expected)
        .hasMessageEndingWith("got '" + uri + "'");
  }

  @Test
  void read_fileThatIsNotThere_saysSo() {
    assertThatThrownBy(() -> resolver.read(root.toUri() + "none.png"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("none.png is not there");
  }

  @Test
  void read_directory_isRefused() {
    assertThatThrownBy(() -> resolver.read(root.toUri().toString()))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("expected a file, got something else");
  }

  @Test
  void read_nameThatIsEscaped_isTheFileOfThatName() throws IOException {
    Files.writeString(root.resolve("o e%?.png"), "pixels");

    assertThat(resolver.read(root.toUri() + "o%20e%25%3F.png")).asString().isEqualTo("pixels");
  }
}
