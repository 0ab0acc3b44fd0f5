package dev.dataengine.workers.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageProcessorTest {

  private static final ImageProcessor PROCESSOR =
      new ImageProcessor(4, new float[] {0.5f, 0.4f, 0.3f}, new float[] {0.25f, 0.2f, 0.1f});

  @TempDir Path temp;

  @Test
  void process_imageOfOneColour_isThatColourNormalisedByChannel() {
    byte[] rgb = new byte[3 * 9 * 7];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) 255;
      rgb[i + 1] = 51;
    }

    float[] values = PROCESSOR.process(new RgbImage(9, 7, rgb));

    assertThat(values).hasSize(48);
    float[] channels = {2f, -1f, -3f};
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isCloseTo(channels[i / 16], within(1e-5f));
    }
  }

  @Test
  void load_unequalSides_isRefusedWithTheFile() throws IOException {
    Files.writeString(
        temp.resolve("preprocessor_config.json"), "{\"size\":{\"height\":8,\"width\":4}}");

    assertThatThrownBy(() -> ImageProcessor.load(temp))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("size: expected equal height and width in pixels");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"resample\" : 3 | \"resample\" : 2 | resample: expected 3, got 2",
        "\"do_resize\" : true | \"do_resize\" : false | do_resize: expected true, got false",
        "\"do_rescale\" : true | \"do_rescale\" : false | do_rescale: expected true, got false",
        "\"do_normalize\" : true | \"do_normalize\" : false | do_normalize: expected true",
        "\"do_center_crop\" : false | \"do_center_crop\" : true | do_center_crop: expected false",
        "0.00392156862745098 | 1.0 | rescale_factor: expected 1 / 255, got 1.0",
        "\"image_std\" : [ 0.5, | \"image_std\" : [ 0.0, | image_std: expected three numbers above 0",
        "\"image_mean\" : [ 0.5, | \"image_mean\" : [ \"x\", | image_mean: expected three numbers"
      })
  void load_stepThatIsComputedOtherwise_isRefused(String as, String instead, String message)
      throws IOException {
    String good = Files.readString(Path.of("models/tiny-llava/preprocessor_config.json"));
    assertThat(good).contains(as);
    Files.writeString(temp.resolve("preprocessor_config.json"), good.replace(as, instead));

    assertThatThrownBy(() -> ImageProcessor.load(temp))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void process_pixelsOfAllValues_areOrderedByChannelThenRowThenColumn() {
    byte[] rgb = new byte[48];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (5 * i);
    }

    float[] values = PROCESSOR.process(new RgbImage(4, 4, rgb));

    double[] mean = {0.5, 0.4, 0.3};
    double[] deviation = {0.25, 0.2, 0.1};
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < 4; x++) {
          double value = 5 * (3 * (4 * y + x) + c) / 255.0;
          assertThat((double) values[16 * c + 4 * y + x])
              .isCloseTo((value - mean[c]) / deviation[c], within(1e-5));
        }
      }
    }
  }

  @Test
  void decode_transparentPixels_lieOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00FF0000);
    image.setRGB(1, 0, 0xFF0000FF);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);

    RgbImage decoded = RgbImage.decode(png.toByteArray());

    assertThat(decoded.rgb()).containsExactly(-1, -1, -1, 0, 0, -1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void decode_everyPixel_isWhereItWas(String format) throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    byte[] expected = new byte[18];
    for (int i = 0; i < 6; i++) {
      image.setRGB(i % 3, i / 3, (10 * i + 1) << 16 | (10 * i + 2) << 8 | 10 * i + 3);
      for (int c = 0; c < 3; c++) {
        expected[3 * i + c] = (byte) (10 * i + c + 1);
      }
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    ImageIO.write(image, format, encoded);

    assertThat(RgbImage.decode(encoded.toByteArray()))
        .extracting(RgbImage::rgb)
        .isEqualTo(expected);
  }

  @Test
  void decode_grayImages_keepTheirValues() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 128, 255});
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);

    assertThat(RgbImage.decode(png.toByteArray()).rgb())
        .containsExactly(0, 0, 0, 128, 128, 128, 255, 255, 255);

    BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setPixels(0, 0, 2, 1, new int[] {0x8012, 0xFFFF});
    png.reset();
    ImageIO.write(deep, "png", png);

    assertThat(RgbImage.decode(png.toByteArray()).rgb())
        .containsExactly(128, 128, 128, 255, 255, 255);
  }

  @Test
  void decode_fileThatClaimsHugePixels_isRefusedBeforeTheyAreMade() throws IOException {
    // 16 bits a channel: under the limit of pixels, over that of bytes
    byte[] header = pngHeader(6_000, 6_000, 16, 6);

    assertThatThrownBy(() -> RgbImage.decode(header))
        .hasMessage("expected at most 134217728 bytes of pixels, the image has 288000000");
  }

  /** Signature, IHDR and the beginning of IDAT: all that a size is read from. */
  private static byte[] pngHeader(int width, int height, int depth, int colorType) {
    ByteBuffer header = ByteBuffer.allocate(17);
    header.put(new byte[] {'I', 'H', 'D', 'R'}).putInt(width).putInt(height);
    header.put((byte) depth).put((byte) colorType).put(new byte[3]);
    CRC32 checksum = new CRC32();
    checksum.update(header.array());
    return ByteBuffer.allocate(8 + 4 + 17 + 4 + 8)
        .putLong(0x89504E470D0A1A0AL)
        .putInt(13)
        .put(header.array())
        .putInt((int) checksum.getValue())
        .putInt(0)
        .put(new byte[] {'I', 'D', 'A', 'T'})
        .array();
  }

  @Test
  void decode_bytesOfNoImage_saysWhatIsExpected() {
    assertThatThrownBy(() -> RgbImage.decode(new byte[] {1, 2, 3}))
        .hasMessage(
            "expected an encoded image (PNG, JPEG, GIF, BMP), got 3 bytes of something else");
  }
}
