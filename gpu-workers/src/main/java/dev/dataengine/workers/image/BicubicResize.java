package dev.dataengine.workers.image;

import org.jspecify.annotations.Nullable;

/**
 * Bicubic resampling with the filter widened by the reduction, as Pillow's {@code resize} does it
 * and the published preprocessing of CLIP models expects. Keys' kernel with a = -0.5, one pass a
 * direction, 8-bit values in between.
 *
 * <p>Rows are taken one after the other and added to the result's rows that they belong to, so the
 * memory is that of the result, one row, and four weights for each column and row of the picture,
 * whatever the picture's shape: a picture turned on its side for the second pass would need as much
 * as the result's width times the picture's height.
 */
final class BicubicResize {

  private static final double SUPPORT = 2.0;

  private BicubicResize() {}

  static RgbImage resize(RgbImage image, int width, int height) {
    Filter across = image.width() == width ? null : Filter.of(image.width(), width);
    if (image.height() == height) {
      return new RgbImage(width, height, rows(image, width, across));
    }
    Filter down = Filter.of(image.height(), height);
    int length = 3 * width;
    double[] sums = new double[length * height];
    byte[] row = new byte[length];
    int done = 0;
    for (int y = 0; y < image.height(); y++) {
      row(image, y, across, row, 0);
      while (done < height && down.end(done) <= y) {
        done++;
      }
      for (int to = done; to < height && down.first[to] <= y; to++) {
        double weight = down.weights[to][y - down.first[to]];
        for (int i = 0; i < length; i++) {
          sums[to * length + i] += weight * (row[i] & 0xff);
        }
      }
    }
    byte[] out = new byte[sums.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = clip(sums[i]);
    }
    return new RgbImage(width, height, out);
  }

  private static byte[] rows(RgbImage image, int width, @Nullable Filter across) {
    if (across == null) {
      return image.rgb();
    }
    byte[] out = new byte[3 * width * image.height()];
    for (int y = 0; y < image.height(); y++) {
      row(image, y, across, out, 3 * width * y);
    }
    return out;
  }

  /** Brings one row of the picture to the new width. */
  private static void row(RgbImage image, int y, @Nullable Filter across, byte[] out, int at) {
    byte[] rgb = image.rgb();
    int start = 3 * image.width() * y;
    if (across == null) {
      System.arraycopy(rgb, start, out, at, 3 * image.width());
      return;
    }
    for (int x = 0; x < across.first.length; x++) {
      double[] weights = across.weights[x];
      int from = start + 3 * across.first[x];
      for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
          sum += weights[i] * (rgb[from + 3 * i + c] & 0xff);
        }
        out[at + 3 * x + c] = clip(sum);
      }
    }
  }

  /**
   * Which values a result is made of.
   *
   * @param first index of the first, rising with the result's
   * @param weights of it and those that follow; they add up to 1
   */
  private record Filter(int[] first, double[][] weights) {

    static Filter of(int size, int newSize) {
      double scale = (double) size / newSize;
      double stretch = Math.max(scale, 1.0);
      Filter filter = new Filter(new int[newSize], new double[newSize][]);
      for (int to = 0; to < newSize; to++) {
        double center = (to + 0.5) * scale;
        int first = Math.max(0, (int) (center - SUPPORT * stretch + 0.5));
        int end = Math.min(size, (int) (center + SUPPORT * stretch + 0.5));
        filter.first[to] = first;
        filter.weights[to] = weights(first, end, center, stretch);
      }
      return filter;
    }

    /** Index after the last value of a result. */
    int end(int to) {
      return first[to] + weights[to].length;
    }

    private static double[] weights(int first, int end, double center, double stretch) {
      double[] weights = new double[end - first];
      double total = 0;
      for (int i = first; i < end; i++) {
        weights[i - first] = kernel((i - center + 0.5) / stretch);
        total += weights[i - first];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] /= total;
      }
      return weights;
    }
  }

  private static double kernel(double x) {
    double t = Math.abs(x);
    if (t < 1.0) {
      return (1.5 * t - 2.5) * t * t + 1;
    }
    return t < 2.0 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
  }

  private static byte clip(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }
}
