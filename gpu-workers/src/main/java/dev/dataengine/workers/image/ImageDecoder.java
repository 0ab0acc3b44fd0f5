package dev.dataengine.workers.image;

import dev.dataengine.image.ImageLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes images that come from anywhere. Sides, shape, pixels, bytes and work are bounded by what
 * the header says, before anything is made of it; a torn file is refused rather than filled up.
 */
final class ImageDecoder {

  /** The same for what Java's reader makes of it, before it is ours. */
  private static final long MAX_BYTES = 128L << 20;

  /** Pixels that all scans of a JPEG decode together; a progressive one has ten scans or so. */
  private static final long MAX_SCANNED_PIXELS = 25 * ImageLimits.MOST_PIXELS;

  /** Java has readers of more formats, which are bounded by nothing here. */
  private static final Set<String> FORMATS = Set.of("png", "jpeg", "gif", "bmp");

  private ImageDecoder() {}

  static RgbImage decode(byte[] encoded) throws IOException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      ImageReader reader = reader(stream, encoded.length);
      try {
        reader.setInput(stream, true, true);
        requireBounded(reader);
        if (JpegMarkers.isJpeg(encoded)) {
          requireWhole(JpegMarkers.of(encoded), reader);
        }
        Damage damage = new Damage();
        reader.addIIOReadWarningListener(damage);
        RgbImage image = RgbImage.of(reader.read(0));
        damage.requireNone();
        return image;
      } catch (RuntimeException e) {
        // Java's readers throw what they stumble over in a broken file
        throw new IOException("the image's data is broken: " + e, e);
      } catch (IIOException | java.io.EOFException e) {
        throw new IOException("the image's data is broken or torn: " + e.getMessage(), e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static ImageReader reader(ImageInputStream stream, int length) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
        return reader;
      }
      reader.dispose();
    }
    throw new IOException(
        "expected an encoded image (PNG, JPEG, GIF, BMP), got "
            + length
            + " bytes of something else");
  }

  private static void requireBounded(ImageReader reader) throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width < 1 || height < 1 || Math.max(width, height) > ImageLimits.LONGEST_SIDE) {
      throw new IOException(
          "expected sides of 1 to %d pixels, the image says %d x %d"
              .formatted(ImageLimits.LONGEST_SIDE, width, height));
    }
    if (Math.max(width, height) > ImageLimits.WIDEST_RATIO * Math.min(width, height)) {
      throw new IOException(
          "expected a side at most %d times as long as the other, the image says %d x %d"
              .formatted(ImageLimits.WIDEST_RATIO, width, height));
    }
    long pixels = width * height;
    if (pixels > ImageLimits.MOST_PIXELS) {
      throw new IOException(
          "expected at most " + ImageLimits.MOST_PIXELS + " pixels, the image says " + pixels);
    }
    long bytes = pixels * bytesOfPixel(reader);
    if (bytes > MAX_BYTES) {
      throw new IOException(
          "expected at most " + MAX_BYTES + " bytes of pixels, the image has " + bytes);
    }
  }

  private static long bytesOfPixel(ImageReader reader) throws IOException {
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (!types.hasNext()) {
      throw new IOException("the image's kind of pixels is not known");
    }
    int bits = Arrays.stream(types.next().getSampleModel().getSampleSize()).sum();
    return Math.max(1, bits / Byte.SIZE);
  }

  private static void requireWhole(JpegMarkers markers, ImageReader reader) throws IOException {
    if (!markers.ended()) {
      throw new IOException("the image is torn: expected the end of a JPEG, which is not there");
    }
    long scanned = (long) reader.getWidth(0) * reader.getHeight(0) * markers.scans();
    if (scanned > MAX_SCANNED_PIXELS) {
      throw new IOException(
          "expected at most %d pixels in all scans of a JPEG, the image has %d in %d scans"
              .formatted(MAX_SCANNED_PIXELS, scanned, markers.scans()));
    }
  }

  /**
   * Hears what Java's JPEG reader goes on after: part of the picture is missing and was made up.
   * Other warnings, of colour profiles and thumbnails for example, cost nothing of the picture.
   */
  private static final class Damage implements javax.imageio.event.IIOReadWarningListener {

    /** libjpeg's words, which are not translated. */
    private static final Set<String> SIGNS =
        Set.of("premature end", "bad Huffman code", "found marker", "Truncated File");

    private @Nullable String found;

    @Override
    public void warningOccurred(ImageReader source, String warning) {
      if (found == null && SIGNS.stream().anyMatch(warning::contains)) {
        found = warning;
      }
    }

    void requireNone() throws IOException {
      if (found != null) {
        throw new IOException("the image's data is broken or torn: " + found);
      }
    }
  }
}
