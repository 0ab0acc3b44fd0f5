package dev.dataengine.workers.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Decoded pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb red, green, blue of every pixel, row by row
 */
public record RgbImage(int width, int height, byte[] rgb) {

  /** What is decoded at most, so that a small file cannot fill the memory. */
  private static final long MAX_PIXELS = 40_000_000;

  /**
   * Decodes PNG, JPEG, GIF or BMP; transparency is laid on white.
   *
   * @throws IOException where the bytes are no such image, or it has more than 40 million pixels
   */
  public static RgbImage decode(byte[] encoded) throws IOException {
    try (ImageInputStream stream =
        ImageIO.createImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IOException(
            "expected an encoded image (PNG, JPEG, GIF, BMP), got "
                + encoded.length
                + " bytes of something else");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new IOException(
              "expected at most " + MAX_PIXELS + " pixels, the image says " + pixels);
        }
        return of(reader.read(0));
      } finally {
        reader.dispose();
      }
    }
  }

  /** The pixels of a Java image. */
  public static RgbImage of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] argb = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[3 * argb.length];
    for (int i = 0; i < argb.length; i++) {
      int alpha = argb[i] >>> 24;
      for (int c = 0; c < 3; c++) {
        int value = (argb[i] >> (16 - 8 * c)) & 0xff;
        rgb[3 * i + c] =
            (byte) (alpha == 255 ? value : (value * alpha + 255 * (255 - alpha)) / 255);
      }
    }
    return new RgbImage(width, height, rgb);
  }
}
