package dev.dataengine.workers.image;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
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
    URI parsed;
    try {
      parsed = URI.create(uri);
    } catch (IllegalArgumentException e) {
      throw new IOException("image uri: expected a uri, got '" + uri + "'", e);
    }
    if (!"file".equals(parsed.getScheme())) {
      throw new IOException(
          "image uri: expected file: under one of the image-roots, got '" + uri + "'");
    }
    Path real = Path.of(parsed).toRealPath();
    for (Path root : roots) {
      if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
        long size = Files.size(real);
        if (size > maxBytes) {
          throw new IOException(
              "image " + uri + ": expected at most " + maxBytes + " bytes, got " + size);
        }
        return Files.readAllBytes(real);
      }
    }
    throw new IOException(
        "image " + uri + " is outside the image-roots " + roots + "; add its directory there");
  }
}
