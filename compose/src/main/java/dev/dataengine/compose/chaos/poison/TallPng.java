package dev.dataengine.compose.chaos.poison;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** A sound PNG of some kilobytes that is one pixel wide and four million high. */
final class TallPng {

  static final int WIDTH = 1;
  static final int HEIGHT = 4_000_000;

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte DEPTH = 8;
  private static final byte RGB = 2;
  private static final byte[] BYTES = make();

  private TallPng() {}

  static byte[] bytes() {
    return BYTES.clone();
  }

  static String sha256() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] make() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(SIGNATURE);
    ByteBuffer head = ByteBuffer.allocate(13).putInt(WIDTH).putInt(HEIGHT);
    head.put(DEPTH).put(RGB).put((byte) 0).put((byte) 0).put((byte) 0);
    chunk(png, "IHDR", head.array());
    chunk(png, "IDAT", pixels());
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  /** A filter byte and a black pixel a row. */
  private static byte[] pixels() {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(new byte[HEIGHT * (1 + 3 * WIDTH)]);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] some = new byte[8_192];
      while (!deflater.finished()) {
        out.write(some, 0, deflater.deflate(some));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    png.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
    png.writeBytes(name);
    png.writeBytes(data);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
