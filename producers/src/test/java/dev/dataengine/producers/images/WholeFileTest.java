package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole files pass; cut anywhere they do not. */
class WholeFileTest {

  /** A restart, stuffed zeros, fill bytes, a lone marker, and an end within a segment. */
  private static final String JPEG =
      "FFD8"
          + "FF01" // stands alone
          + "FFE0 0006 FFD9 0000" // a segment that holds what looks like the end
          + "FFD0 FFD7" // restarts stand alone
          + "FFFFFF DB 0003 00" // fill bytes before a marker
          + "FFDA 0004 0102" // the first scan
          + "11 FF00 22 FFD0 33 FFD7 44 FFFF00 55"
          + "FFC4 0002" // between two scans
          + "FFDA 0002 66"
          + "FFD9";

  private static final String GIF =
      "474946383961 0100 0100 80 00 00 000000 FFFFFF" // two colours
          + "21 F9 04 00000000 00" // an extension in a block
          + "21 FE 02 4849 01 21 00" // a comment in two
          + "2C 00000000 01000100 81 000000 111111 222222 333333" // four colours of its own
          + "02 02 4C01 00";

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif"})
  void fileOfALibrary_isWholeAndCutAnywhereItIsNot(String format) throws IOException {
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    image.setRGB(3, 3, 0xFF8040);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);

    requireCutsAreFound(
        out.toByteArray(), format.equals("gif") ? 1 : 0); // behind its image a GIF may end
  }

  @Test
  void jpegWithAllThatItMayHold_isWholeAndCutAnywhereItIsNot() {
    requireCutsAreFound(bytes(JPEG), 0);
  }

  @Test
  void gifWithExtensionsAndColours_isWholeAndCutAnywhereItIsNot() {
    requireCutsAreFound(bytes(GIF), 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "FF", "FFD9FFD8", "89504E470D0A1A", "4749", "424D00000000", "52494646"})
  void otherFormats_areNotLookedInto(String hex) {
    assertThatCode(() -> WholeFile.require(bytes(hex))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"89504E470D0A1A0A", "FFD8", "474946"})
  void nothingButTheBeginning_isCut(String hex) {
    assertThatThrownBy(() -> WholeFile.require(bytes(hex)))
        .hasMessage("the file ends too early, after %d bytes", bytes(hex).length);
  }

  @Test
  void segmentShorterThanItsOwnLength_isDamaged() {
    assertThatThrownBy(() -> WholeFile.require(bytes("FFD8 FFE0 0001 FFD9 FFD9")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void bitOfAPngChanged_isDamaged() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB), "png", out);
    byte[] bytes = out.toByteArray();
    bytes[bytes.length - 18] ^= 4; // in its last pixels

    assertThatThrownBy(() -> WholeFile.require(bytes))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a checksum is wrong");
  }

  @Test
  void gifWithAnUnknownBlock_isDamaged() {
    assertThatThrownBy(() -> WholeFile.require(bytes("474946383961 0100 0100 00 00 00 55")))
        .isInstanceOf(IOException.class);
  }

  private static void requireCutsAreFound(byte[] whole, int trailer) {
    assertThatCode(() -> WholeFile.require(whole)).doesNotThrowAnyException();
    for (int length = 8; length < whole.length - trailer; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> WholeFile.require(cut))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(IOException.class);
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
