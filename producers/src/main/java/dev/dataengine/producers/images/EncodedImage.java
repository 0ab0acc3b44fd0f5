package dev.dataengine.producers.images;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.Image;
import dev.dataengine.image.ImageLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * An image's file as it goes into an event. Its pixels are never decoded: the size is the header's
 * and within {@link ImageLimits}, and that the file is whole its structure tells.
 */
final class EncodedImage {

  /** Bytes of a file that is read. */
  static final long LARGEST_FILE = 64L << 20;

  private final byte[] bytes;
  private final @Nullable String uri;
  private final int width;
  private final int height;

  private EncodedImage(byte[] bytes, @Nullable String uri, int width, int height) {
    this.bytes = bytes;
    this.uri = uri;
    this.width = width;
    this.height = height;
  }

  /**
   * Reads the file.
   *
   * @throws IOException where it is no image that can be asked about, with the file and the reason
   */
  static EncodedImage read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > LARGEST_FILE) {
      throw new IOException(file + ": expected at most " + LARGEST_FILE + " bytes, got " + size);
    }
    return of(Files.readAllBytes(file), file.toAbsolutePath().normalize().toUri().toString());
  }

  /**
   * @param uri where the bytes are; null where nowhere else
   * @throws IOException where they are no image that can be asked about
   */
  static EncodedImage of(byte[] bytes, @Nullable String uri) throws IOException {
    String where = uri == null ? "inline image" : uri;
    if (bytes.length == 0) {
      throw new IOException(where + ": expected an image, got an empty file");
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException("expected PNG, JPEG, GIF or BMP");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        ImageLimits.requireSize(width, height);
        WholeFile.require(bytes);
        return new EncodedImage(bytes, uri, width, height);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) { // readers throw what they like at odd bytes
      throw new IOException(where + ": " + e.getMessage(), e);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /**
   * An event with the pixels, inline where they take at most {@code inlineBytes} or have no other
   * place; lists and maps are empty yet.
   */
  Image.Builder event(String imageId, String source, int inlineBytes) {
    Image.Builder event =
        Image.newBuilder()
            .setImageId(imageId)
            .setSource(source)
            .setSha256(Sha256.hex(bytes))
            .setWidth(width)
            .setHeight(height)
            .setCaptions(List.of())
            .setObjects(List.of())
            .setAttributes(Map.of())
            .setQuestions(List.of());
    return bytes.length <= inlineBytes || uri == null
        ? event.setBytes(ByteBuffer.wrap(bytes))
        : event.setUri(uri);
  }
}
