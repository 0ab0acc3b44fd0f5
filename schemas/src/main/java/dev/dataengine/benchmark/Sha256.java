package dev.dataengine.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, in events spelt as 64 lower-case hexadecimal digits. */
public final class Sha256 {

  private static final int BUFFER = 1 << 16;

  private Sha256() {}

  /** A fresh digest. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** The digest of a file's content, however large. */
  public static byte[] of(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return digest.digest();
  }

  /**
   * One digest over files, by their names and contents.
   *
   * @param root what the names are relative to
   * @param files below it, in an order that is always the same
   */
  public static String hex(Path root, Iterable<Path> files) throws IOException {
    MessageDigest all = digest();
    for (Path file : files) {
      String name = root.relativize(file).toString().replace('\\', '/');
      all.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      all.update((byte) 0);
      all.update(of(file));
    }
    return HexFormat.of().formatHex(all.digest());
  }
}
