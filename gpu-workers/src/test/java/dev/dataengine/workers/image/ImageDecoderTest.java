package dev.dataengine.workers.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "progressive", "gif", "bmp"})
  void decode_fileTornAnywhere_isRefusedOrLacksNothing(String format) throws IOException {
    byte[] whole = encode(picture(61, 47), format);
    RgbImage expected = ImageDecoder.decode(whole);
    int refused = 0;
    for (int length = 0; length < whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);
      RgbImage decoded;
      try {
        decoded = ImageDecoder.decode(torn);
      } catch (IOException e) {
        refused++;
        continue;
      }
      assertThat(decoded.rgb())
          .as("%d of %d bytes", length, whole.length)
          .isEqualTo(expected.rgb());
    }
    // what may be torn away is the mark of the end
    assertThat(refused).isGreaterThan(whole.length - 30);
  }

  @Test
  void decode_jpegWithAHoleInTheMiddle_isRefused() throws IOException {
    byte[] whole = encode(picture(61, 47), "jpeg");
    byte[] holed = Arrays.copyOf(whole, whole.length - 300);
    System.arraycopy(whole, whole.length - 100, holed, holed.length - 100, 100);

    assertThatThrownBy(() -> ImageDecoder.decode(holed))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the image's data is broken or torn");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 30000, expected a side at most 200 times as long as the other",
    "30000, 1, expected a side at most 200 times as long as the other",
    "1, 4000000, expected sides of 1 to 65535 pixels",
    "7000, 7000, expected at most 40000000 pixels"
  })
  void decode_pictureOfNoUsableShape_isRefusedByItsHeader(int width, int height, String message)
      throws IOException {
    byte[] small = encode(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_BINARY), "png");
    long before = allocated();

    assertThatThrownBy(() -> ImageDecoder.decode(small))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(message);

    assertThat(allocated() - before).isLessThan(1_000_000 + 4L * small.length);
  }

  @Test
  void decode_jpegOfManyScans_isRefusedByItsMarkers() throws IOException {
    byte[] one = encode(picture(3000, 2000), "progressive");
    assertThat(JpegMarkers.of(one).scans()).isGreaterThan(5);
    assertThat(JpegMarkers.of(one).ended()).isTrue();
    int lastScan = lastScan(one);
    byte[] scan = Arrays.copyOfRange(one, lastScan, one.length - 2);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(one, 0, one.length - 2);
    for (int i = 0; i < 200; i++) {
      many.write(scan);
    }
    many.write(one, one.length - 2, 2);

    assertThatThrownBy(() -> ImageDecoder.decode(many.toByteArray()))
        .hasMessageContaining("pixels in all scans of a JPEG");
  }

  private static int lastScan(byte[] jpeg) {
    int last = 0;
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xda) {
        last = i;
      }
    }
    return last;
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiff", "wbmp"})
  void decode_formatThatIsNotBounded_isRefused(String format) throws IOException {
    byte[] bytes = encode(new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_BINARY), format);

    assertThatThrownBy(() -> ImageDecoder.decode(bytes))
        .hasMessageStartingWith("expected an encoded image (PNG, JPEG, GIF, BMP)");
  }

  @Test
  void decode_anyBytesChanged_givesPixelsOrAnIoFailure() throws IOException {
    Random random = new Random(5);
    for (String format : new String[] {"png", "jpeg", "progressive", "gif", "bmp"}) {
      byte[] whole = encode(picture(31, 17), format);
      for (int i = 0; i < 400; i++) {
        byte[] changed = whole.clone();
        for (int k = random.nextInt(4); k >= 0; k--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        try {
          assertThat(ImageDecoder.decode(changed).rgb()).isNotEmpty();
        } catch (IOException e) {
          assertThat(e.getMessage()).isNotBlank();
        }
      }
    }
  }

  private static BufferedImage picture(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random noise = new Random(3);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (4 * x & 0xff) << 16 | (5 * y & 0xff) << 8 | noise.nextInt(64));
      }
    }
    return image;
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean progressive = format.equals("progressive");
    ImageWriter writer = ImageIO.getImageWritersByFormatName(progressive ? "jpeg" : format).next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    if (progressive) {
      how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
