package dev.dataengine.workers.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Arrays;

/**
 * Decoded pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb red, green, blue of every pixel, row by row
 */
public record RgbImage(int width, int height, byte[] rgb) {

  /**
   * Decodes PNG, JPEG, GIF or BMP; transparency is laid on white.
   *
   * @throws IOException where the bytes are no such image or a torn one, or it has more than 40
   *     million pixels, 128 MiB of them, a side above 32,768 or one 200 times as long as the other
   */
  public static RgbImage decode(byte[] encoded) throws IOException {
    return ImageDecoder.decode(encoded);
  }

  /** The pixels of a Java image. */
  public static RgbImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    Row row = isGray(image) ? new GrayRow(image.getRaster()) : new ColorRow(image);
    for (int y = 0; y < height; y++) {
      row.read(y, rgb, 3 * width * y);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Java takes gray values for linear light and brightens them; others take them as they are. */
  private static boolean isGray(BufferedImage image) {
    return image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && !(image.getColorModel() instanceof IndexColorModel);
  }

  /** Reads a row of pixels. */
  private interface Row {
    void read(int y, byte[] into, int at);
  }

  private record ColorRow(BufferedImage image) implements Row {
    @Override
    public void read(int y, byte[] into, int at) {
      int[] argb = image.getRGB(0, y, image.getWidth(), 1, null, 0, image.getWidth());
      for (int i = 0; i < argb.length; i++) {
        for (int c = 0; c < 3; c++) {
          into[at + 3 * i + c] = onWhite(argb[i] >> (16 - 8 * c) & 0xff, argb[i] >>> 24);
        }
      }
    }
  }

  private record GrayRow(Raster raster) implements Row {
    @Override
    public void read(int y, byte[] into, int at) {
      int shift = raster.getSampleModel().getSampleSize(0) - Byte.SIZE;
      int bands = raster.getNumBands();
      int[] samples = raster.getPixels(0, y, raster.getWidth(), 1, (int[]) null);
      for (int x = 0; x < raster.getWidth(); x++) {
        int alpha = bands > 1 ? eightBits(samples[bands * x + 1], shift) : 255;
        Arrays.fill(
            into, at + 3 * x, at + 3 * x + 3, onWhite(eightBits(samples[bands * x], shift), alpha));
      }
    }

    /** Of samples of more or fewer bits; 1 bit, for example, is 0 or 255. */
    private static int eightBits(int sample, int shift) {
      return shift >= 0 ? sample >> shift : sample * 255 / ((1 << (Byte.SIZE + shift)) - 1);
    }
  }

  private static byte onWhite(int value, int alpha) {
    return (byte) (alpha == 255 ? value : (value * alpha + 255 * (255 - alpha)) / 255);
  }
}
