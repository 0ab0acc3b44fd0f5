package dev.dataengine.workers.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Sha256;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PublishedImageTest {

  private static final String OTHERS = Sha256.hex("other".getBytes(UTF_8));

  @Test
  void inlineBytes_underTheSha256OfOthers_areRefused() {
    ByteBuffer bytes = ByteBuffer.wrap("bytes".getBytes(UTF_8));

    assertThatThrownBy(() -> new PublishedImage(OTHERS, null, bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected the sha256 " + OTHERS)
        .hasMessageContaining(Sha256.hex("bytes".getBytes(UTF_8)));
  }

  @Test
  void inlineBytes_thatArePartOfABuffer_areThoseChecked() {
    ByteBuffer within = ByteBuffer.wrap("[other]".getBytes(UTF_8)).position(1).limit(6);

    PublishedImage image = new PublishedImage(OTHERS, null, within);

    assertThat(image.length()).isEqualTo(5);
    assertThat(within.position()).isEqualTo(1);
  }

  @Test
  void image_withoutBytesAndUri_orASha256_isRefused() {
    assertThatThrownBy(() -> new PublishedImage(OTHERS, null, null))
        .hasMessage("expected bytes or a uri, got neither");
    assertThatThrownBy(() -> new PublishedImage("none", "file:///a", null))
        .hasMessageStartingWith("sha256: expected 64 lower-case hexadecimal digits, got 'none'");
  }
}
