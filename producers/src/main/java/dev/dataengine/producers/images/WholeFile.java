package dev.dataengine.producers.images;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Tells a file that ends too early from a whole one, without decoding: a download that broke off
 * has a header as good as any. Looks at the containers' own structure (PNG's chunks and their
 * checksums, JPEG's segments up to its end marker, the first image of a GIF); other formats pass.
 */
final class WholeFile {

  private static final long PNG = 0x89504E470D0A1A0AL;
  private static final int IEND = 0x49454E44;
  private static final int JPEG = 0xFFD8;
  private static final int END_OF_IMAGE = 0xD9;
  private static final int START_OF_SCAN = 0xDA;

  private WholeFile() {}

  /**
   * @throws IOException where the file is cut or damaged
   */
  static void require(byte[] bytes) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      if (bytes.length >= 8 && in.getLong(0) == PNG) {
        png(bytes, in.position(8));
      } else if (bytes.length >= 2 && (in.getShort(0) & 0xFFFF) == JPEG) {
        jpeg(in.position(2));
      } else if (bytes.length >= 3 && bytes[0] == 'G' && bytes[1] == 'I' && bytes[2] == 'F') {
        gif(in);
      }
    } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException("the file ends too early, after " + bytes.length + " bytes", e);
    }
  }

  private static void png(byte[] bytes, ByteBuffer in) throws IOException {
    int type;
    do {
      int length = in.getInt();
      int start = in.position();
      type = in.getInt();
      skip(in, length);
      CRC32 crc = new CRC32();
      crc.update(bytes, start, 4 + length);
      if ((int) crc.getValue() != in.getInt()) {
        throw new IOException("the file is damaged: a checksum is wrong at byte " + start);
      }
    } while (type != IEND);
  }

  private static void jpeg(ByteBuffer in) {
    for (int marker = marker(in); marker != END_OF_IMAGE; marker = marker(in)) {
      boolean alone = marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
      if (!alone) {
        skip(in, (in.getShort() & 0xFFFF) - 2);
      }
      if (marker == START_OF_SCAN) {
        passScan(in);
      }
    }
  }

  /** The next marker; there may be fill bytes before it. */
  private static int marker(ByteBuffer in) {
    int next;
    do {
      next = in.get() & 0xFF;
    } while (next != 0xFF);
    while (next == 0xFF) {
      next = in.get() & 0xFF;
    }
    return next;
  }

  /** Goes to the marker that ends the scan: a zero or a restart behind 0xFF is part of it. */
  private static void passScan(ByteBuffer in) {
    while (true) {
      if ((in.get() & 0xFF) == 0xFF) {
        int at = in.position();
        int next = in.get() & 0xFF;
        boolean data = next == 0 || next == 0xFF || (next >= 0xD0 && next <= 0xD7);
        in.position(data ? at : at - 1);
        if (!data) {
          return;
        }
      }
    }
  }

  private static void gif(ByteBuffer in) {
    in.position(10);
    int flags = in.get();
    skip(in, 2 + colors(flags));
    while (true) {
      int block = in.get() & 0xFF;
      if (block == 0x21) {
        in.get();
        passBlocks(in);
      } else if (block == 0x2C) {
        skip(in, 8);
        skip(in, colors(in.get()) + 1);
        passBlocks(in);
        return;
      } else {
        throw new IllegalArgumentException("no image before block " + block);
      }
    }
  }

  private static int colors(int flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
  }

  private static void passBlocks(ByteBuffer in) {
    for (int length = in.get() & 0xFF; length != 0; length = in.get() & 0xFF) {
      skip(in, length);
    }
  }

  private static void skip(ByteBuffer in, int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a length of " + bytes);
    }
    in.position(Math.addExact(in.position(), bytes));
  }
}
