package dev.dataengine.workers.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.management.ManagementFactory;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BicubicResizeTest {

  private static RgbImage noise(int width, int height, long seed) {
    byte[] rgb = new byte[3 * width * height];
    new Random(seed).nextBytes(rgb);
    return new RgbImage(width, height, rgb);
  }

  @Property(tries = 200)
  void resize_anySizes_areThoseOfTheFormulaPixelByPixel(
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 20) int newWidth,
      @ForAll @IntRange(min = 1, max = 20) int newHeight,
      @ForAll long seed) {
    RgbImage image = noise(width, height, seed);

    RgbImage resized = BicubicResize.resize(image, newWidth, newHeight);

    byte[] expected = oracle(image, newWidth, newHeight);
    assertThat(resized.rgb()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      // a half may be rounded either way in both passes, for weights add up in another order
      assertThat((double) (resized.rgb()[i] & 0xff)).isCloseTo(expected[i] & 0xff, within(2.0));
    }
  }

  /** Pillow's formula, for each value of the result by itself. */
  private static byte[] oracle(RgbImage image, int newWidth, int newHeight) {
    byte[] out = new byte[3 * newWidth * newHeight];
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        for (int c = 0; c < 3; c++) {
          int channel = c;
          int column = x;
          out[3 * (y * newWidth + x) + c] =
              (byte)
                  sampled(
                      image.height(),
                      newHeight,
                      y,
                      row ->
                          sampled(
                              image.width(),
                              newWidth,
                              column,
                              at -> image.rgb()[3 * (row * image.width() + at) + channel] & 0xff));
        }
      }
    }
    return out;
  }

  private interface Values {
    int at(int index);
  }

  private static int sampled(int size, int newSize, int to, Values values) {
    if (size == newSize) {
      return values.at(to);
    }
    double scale = Math.max(1.0, (double) size / newSize);
    double center = (to + 0.5) * size / newSize;
    double sum = 0;
    double total = 0;
    for (int i = 0; i < size; i++) {
      double distance = Math.abs((i + 0.5 - center) / scale);
      boolean within =
          i >= (int) (center - 2 * scale + 0.5) && i < (int) (center + 2 * scale + 0.5);
      double weight =
          distance < 1
              ? 1.5 * Math.pow(distance, 3) - 2.5 * Math.pow(distance, 2) + 1
              : distance < 2
                  ? -0.5 * Math.pow(distance, 3) + 2.5 * Math.pow(distance, 2) - 4 * distance + 2
                  : 0;
      if (within) {
        sum += weight * values.at(i);
        total += weight;
      }
    }
    return (int) Math.max(0, Math.min(255, Math.round(sum / total)));
  }

  @Test
  void resize_pictureOfOneColumn_takesTheMemoryOfTheResult() {
    RgbImage column = new RgbImage(1, 4_000_000, new byte[12_000_000]);
    RgbImage row = new RgbImage(4_000_000, 1, new byte[12_000_000]);
    BicubicResize.resize(noise(8, 8, 1), 64, 64);
    long before = allocated();

    BicubicResize.resize(column, 64, 64);
    BicubicResize.resize(row, 64, 64);

    // four weights of 8 bytes for each of the 4,000,000, twice; turning it took 768 MB, twice
    assertThat(allocated() - before).isLessThan(300_000_000);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getThreadAllocatedBytes(Thread.currentThread().getId());
  }
}
