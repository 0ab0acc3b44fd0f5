package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.image.ImageLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no images, or that nobody should decode. */
class BadFilesTest {

  @TempDir Path temp;

  private static BufferedImage noise(int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }

  private static byte[] encoded(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(noise(60, 40), format, out);
    return out.toByteArray();
  }

  private static byte[] progressive() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.setOutput(ImageIO.createImageOutputStream(out));
    writer.write(null, new IIOImage(noise(60, 40), null, null), param);
    writer.dispose();
    return out.toByteArray();
  }

  /** A PNG of one grey value, whatever its size: by hand, since no writer makes such. */
  static byte[] flatPng(int width, int height) throws IOException {
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflate =
        new DeflaterOutputStream(pixels, new Deflater(Deflater.BEST_COMPRESSION))) {
      byte[] row = new byte[1 + (width + 7) / 8];
      for (int i = 0; i < height; i++) {
        deflate.write(row);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(width);
    fields.writeInt(height);
    fields.write(new byte[] {1, 0, 0, 0, 0});
    chunk(data, "IHDR", header.toByteArray());
    chunk(data, "IDAT", pixels.toByteArray());
    chunk(data, "IEND", new byte[0]);
    return out.toByteArray();
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) crc.getValue());
  }

  private static void assertRefused(byte[] bytes, String why) {
    assertThatThrownBy(() -> EncodedImage.of(bytes, "file:/x.png"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("file:/x.png: ")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void of_wholeFile_hasItsSize(String format) throws IOException {
    EncodedImage image = EncodedImage.of(encoded(format), null);
    assertThat(image.width()).isEqualTo(60);
    assertThat(image.height()).isEqualTo(40);
  }

  /** Cut anywhere behind the header; what is before it has no size at all. */
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "progressive"})
  void of_fileCutAnywhere_isRefused(String format) throws IOException {
    byte[] whole = format.equals("progressive") ? progressive() : encoded(format);
    assertThat(EncodedImage.of(whole, null).width()).isEqualTo(60);
    int last = format.equals("gif") ? whole.length - 2 : whole.length - 1;
    for (int length = 0; length <= last; length += length < last - 30 ? 13 : 1) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> EncodedImage.of(cut, null))
          .as("%s of %d bytes", format, cut.length)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void of_pngWithAWrongByte_isRefused() throws IOException {
    byte[] png = encoded("png");
    png[png.length / 2] ^= 1;
    assertRefused(png, "a checksum is wrong");
  }

  @Test
  void of_wordsAndNothing_areRefused() {
    assertRefused(new byte[0], "an empty file");
    assertRefused("<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8), "expected PNG, JPEG, GIF");
  }

  /** 15 kB that would be 768 MB: the size is read, and not a pixel. */
  @Test
  void of_onePixelWideAndFourMillionHigh_isRefusedWithoutDecoding() throws IOException {
    byte[] png = flatPng(1, 4_000_000);
    assertThat(png.length).isLessThan(20_000);
    assertRefused(png, "got 1 by 4000000 pixels");
  }

  @Test
  void of_sizesOutOfAnyReason_areRefused() throws IOException {
    assertRefused(flatPng(60_000, 60_000), "at most 40000000 pixels");
    byte[] negative = flatPng(10, 10);
    negative[16] = (byte) 0xFF; // a width of minus something
    assertRefused(negative, "");
  }

  @Test
  void of_anyBytesBehindAnySignature_isRefusedAndNothingElse() throws IOException {
    Random random = new Random(7);
    for (String format : new String[] {"png", "jpg", "gif", "bmp"}) {
      byte[] whole = encoded(format);
      for (int i = 0; i < 300; i++) {
        byte[] odd = whole.clone();
        for (int change = 0; change < 1 + random.nextInt(20); change++) {
          odd[random.nextInt(Math.min(odd.length, 200))] = (byte) random.nextInt();
        }
        try {
          EncodedImage read = EncodedImage.of(odd, null);
          ImageLimits.requireSize(read.width(), read.height());
        } catch (IOException refused) {
          assertThat(refused.getMessage()).startsWith("inline image: ");
        }
      }
    }
  }

  @Test
  void read_fileLargerThanIsRead_isRefusedUnread() throws IOException {
    Path file = temp.resolve("huge.png");
    try (var channel =
        Files.newByteChannel(
            file,
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(EncodedImage.LARGEST_FILE);
      channel.write(java.nio.ByteBuffer.wrap(new byte[] {1}));
    }
    assertThatThrownBy(() -> EncodedImage.read(file))
        .hasMessage(file + ": expected at most 67108864 bytes, got 67108865");
  }
}
