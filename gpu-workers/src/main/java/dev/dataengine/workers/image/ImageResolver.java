package dev.dataengine.workers.image;

import dev.dataengine.workers.files.FileUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads images that events name by uri: files under configured roots, nothing else. Links are
 * followed before the check, so no path escapes a root.
 *
 * @param roots directories that may be read
 * @param maxBytes largest file that is read
 */
public record ImageResolver(List<Path> roots, long maxBytes) {

  /**
   * The encoded image.
   *
   * @throws IOException where it is outside the roots, missing or too large; the message says which
   */
  public byte[] read(String uri) throws IOException {
    Path real;
    try {
      real = FileUri.path("image uri", uri).toRealPath();
    } catch (NoSuchFileException e) {
      throw new IOException("image " + uri + " is not there", e);
    }
    for (Path root : roots) {
      if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
        return bounded(uri, real);
      }
    }
    throw new IOException(
        "image " + uri + " is outside the image-roots " + roots + "; add its directory there");
  }

  /** What is no file has no size: a device or a pipe would be read without end. */
  private byte[] bounded(String uri, Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("image " + uri + ": expected a file, got something else");
    }
    long size = Files.size(file);
    if (size > maxBytes) {
      throw new IOException(
          "image " + uri + ": expected at most " + maxBytes + " bytes, got " + size);
    }
    return Files.readAllBytes(file);
  }
}
