package dev.dataengine.producers.images;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.Image;
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

/** An image's file as it goes into an event. */
final class EncodedImage {

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

  /** Reads the file and, of its content, the header only. */
  static EncodedImage read(Path file) throws IOException {
    return of(Files.readAllBytes(file), file.toAbsolutePath().normalize().toUri().toString());
  }

  static EncodedImage of(byte[] bytes, @Nullable String uri) throws IOException {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IOException(
            (uri == null ? "inline image" : uri) + ": expected PNG, JPEG, GIF or BMP");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        return new EncodedImage(bytes, uri, reader.getWidth(0), reader.getHeight(0));
      } finally {
        reader.dispose();
      }
    }
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
