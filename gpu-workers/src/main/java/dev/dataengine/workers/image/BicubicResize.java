package dev.dataengine.workers.image;

/**
 * Bicubic resampling with the filter widened by the reduction, as Pillow's {@code resize} does it
 * and the published preprocessing of CLIP models expects. Keys' kernel with a = -0.5, one pass a
 * direction, 8-bit values in between.
 */
final class BicubicResize {

  private static final double SUPPORT = 2.0;

  private BicubicResize() {}

  static RgbImage resize(RgbImage image, int width, int height) {
    byte[] across = horizontal(image.rgb(), image.width(), image.height(), width);
    byte[] turned = transpose(across, width, image.height());
    byte[] down = horizontal(turned, image.height(), width, height);
    return new RgbImage(width, height, transpose(down, height, width));
  }

  /** Resamples every row of a picture to a new width. */
  private static byte[] horizontal(byte[] rgb, int width, int height, int newWidth) {
    if (width == newWidth) {
      return rgb;
    }
    double scale = (double) width / newWidth;
    double stretch = Math.max(scale, 1.0);
    byte[] out = new byte[3 * newWidth * height];
    for (int x = 0; x < newWidth; x++) {
      double center = (x + 0.5) * scale;
      int first = Math.max(0, (int) (center - SUPPORT * stretch + 0.5));
      int last = Math.min(width, (int) (center + SUPPORT * stretch + 0.5));
      double[] weights = weights(first, last, center, stretch);
      for (int y = 0; y < height; y++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          for (int i = first; i < last; i++) {
            sum += weights[i - first] * (rgb[3 * (y * width + i) + c] & 0xff);
          }
          out[3 * (y * newWidth + x) + c] = clip(sum);
        }
      }
    }
    return out;
  }

  private static double[] weights(int first, int last, double center, double stretch) {
    double[] weights = new double[last - first];
    double total = 0;
    for (int i = first; i < last; i++) {
      weights[i - first] = kernel((i - center + 0.5) / stretch);
      total += weights[i - first];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return weights;
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

  private static byte[] transpose(byte[] rgb, int width, int height) {
    byte[] out = new byte[rgb.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        System.arraycopy(rgb, 3 * (y * width + x), out, 3 * (x * height + y), 3);
      }
    }
    return out;
  }
}
