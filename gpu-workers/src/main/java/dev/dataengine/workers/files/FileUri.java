package dev.dataengine.workers.files;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A {@code file:} URI of an event, as a path of this machine (RFC 8089). */
public final class FileUri {

  private FileUri() {}

  /**
   * The path; whether anything is there is not looked at.
   *
   * @param what it is, as messages begin: "image uri"
   * @throws IOException where it is no absolute {@code file:} URI of this machine
   */
  public static Path path(String what, @Nullable String uri) throws IOException {
    URI parsed;
    try {
      parsed = new URI(String.valueOf(uri));
    } catch (URISyntaxException e) {
      throw refused(what, "a uri", uri, e);
    }
    if (uri == null || !"file".equalsIgnoreCase(parsed.getScheme())) {
      throw refused(what, "file:///…", uri, null);
    }
    if (parsed.getRawAuthority() != null) {
      throw refused(what, "file:///…, a file of this machine and no host", uri, null);
    }
    if (parsed.getPath() == null || !parsed.getPath().startsWith("/")) {
      throw refused(what, "file:///…, an absolute path", uri, null);
    }
    if (parsed.getRawQuery() != null || parsed.getRawFragment() != null) {
      throw refused(what, "file:///… without '?' and '#'; write %3F and %23", uri, null);
    }
    try {
      return Path.of(parsed.getPath());
    } catch (InvalidPathException e) {
      throw refused(what, "file:///…, a path that may exist", uri, e);
    }
  }

  private static IOException refused(
      String what, String expected, @Nullable String uri, @Nullable Exception cause) {
    return new IOException("%s: expected %s, got '%s'".formatted(what, expected, uri), cause);
  }
}
