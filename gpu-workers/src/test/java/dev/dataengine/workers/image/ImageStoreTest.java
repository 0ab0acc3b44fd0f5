package dev.dataengine.workers.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {

  @TempDir Path temp;
  private ImageStore store;
  private ImageResolver resolver = new ImageResolver(List.of(), 1);

  @BeforeEach
  void open() throws IOException {
    store = new ImageStore(temp.resolve("store"));
    resolver = new ImageResolver(List.of(temp), 1_000);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void put(String id, String pixels) throws IOException {
    byte[] bytes = pixels.getBytes(UTF_8);
    store.put(id, new PublishedImage(Sha256.hex(bytes), null, ByteBuffer.wrap(bytes)));
  }

  @Test
  void read_inlineImages_areTheLastPublishedBytes() throws IOException {
    put("a", "first");
    put("b", "other");
    put("a", "again");

    assertThat(store.sha256("a")).contains(Sha256.hex("again".getBytes(UTF_8)));
    assertThat(store.read("a", resolver)).asString(UTF_8).isEqualTo("again");
    assertThat(store.read("b", resolver)).asString(UTF_8).isEqualTo("other");
  }

  @Test
  void read_removedImage_saysThatItIsNotThere() throws IOException {
    put("a", "first");
    store.remove("a");

    assertThat(store.sha256("a")).isEmpty();
    assertThatThrownBy(() -> store.read("a", resolver))
        .hasMessage("image 'a' is not in the topic images");
  }

  /** Of images of several lengths, so that what moves overlaps where it was. */
  @Test
  void put_imagesReplacedAgainAndAgain_fileHoldsAtMostTwiceWhatIsThere() throws IOException {
    Map<String, String> latest = new HashMap<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      String id = "image-" + random.nextInt(20);
      if (random.nextInt(10) == 0) {
        store.remove(id);
        latest.remove(id);
      } else {
        String pixels = (i + ".").repeat(1 + random.nextInt(60));
        put(id, pixels);
        latest.put(id, pixels);
      }
      long there = latest.values().stream().mapToLong(String::length).sum();
      assertThat(store.size()).isLessThanOrEqualTo(2 * there);
    }
    for (Map.Entry<String, String> each : latest.entrySet()) {
      assertThat(store.read(each.getKey(), resolver)).asString(UTF_8).isEqualTo(each.getValue());
    }
  }

  @Test
  void read_fileThatChangedSinceItWasPublished_isRefused() throws IOException {
    Path file = Files.writeString(temp.resolve("a.png"), "first");
    String published = Sha256.hex("first".getBytes(UTF_8));
    store.put("a", new PublishedImage(published, file.toUri().toString(), null));
    assertThat(store.read("a", resolver)).asString(UTF_8).isEqualTo("first");

    Files.writeString(file, "second");

    assertThatThrownBy(() -> store.read("a", resolver))
        .hasMessageContaining("expected the published sha256 " + published)
        .hasMessageEndingWith("publish it again");
  }
}
