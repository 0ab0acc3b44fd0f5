package dev.dataengine.workers.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The zip archive that {@code torch.jit.load} reads, for a class without parameters: its text and
 * the pickles of an empty object and of an empty tuple.
 */
final class TorchScriptArchive {

  /** Pickle protocol 2 of {@code ()}. */
  private static final byte[] EMPTY_TUPLE = {(byte) 0x80, 2, ')', '.'};

  private TorchScriptArchive() {}

  static void write(Path file, String className, String source) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setMethod(ZipOutputStream.STORED);
      add(zip, "data.pkl", instance(className));
      add(zip, "code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
      add(zip, "constants.pkl", EMPTY_TUPLE);
      add(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Pickle of an object of the class whose state is {@code {training: True}}. */
  private static byte[] instance(String className) {
    String pickle =
        "\u0080\u0002c__torch__\n"
            + className
            + "\n)\u0081}X\u0008\u0000\u0000\u0000training\u0088sb.";
    return pickle.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("module/" + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
