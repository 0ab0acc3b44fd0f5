package dev.dataengine.compose.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A write-ahead log of JSON lines. An entry is on the disk when {@link #append} returns. A process
 * that dies within an append leaves a last line without its newline: it was never acknowledged, and
 * opening cuts it off. Any other unreadable line is damage, and refused. An append that fails (the
 * disk is full) leaves the file as it was, or the journal unusable.
 */
final class Journal implements AutoCloseable {

  private final Path file;
  private final ObjectMapper json;
  private final List<JsonNode> found;
  private final FileChannel channel;

  Journal(Path file, ObjectMapper json) {
    this.file = file;
    this.json = json;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      int whole = bytes.length;
      while (whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
      }
      found = parse(file, new String(bytes, 0, whole, StandardCharsets.UTF_8));
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(whole);
      channel.position(whole);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be used as journal: " + e, e);
    }
  }

  private List<JsonNode> parse(Path file, String text) {
    List<JsonNode> entries = new ArrayList<>();
    int line = 0;
    for (String entry : text.lines().toList()) {
      line++;
      try {
        entries.add(json.readTree(entry));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(
            file + ":" + line + ": damaged: " + e.getOriginalMessage(), e);
      }
    }
    return entries;
  }

  /** What was there when it was opened, oldest first. */
  List<JsonNode> found() {
    return found;
  }

  /** What is on the disk now, oldest first. */
  List<JsonNode> read() {
    try {
      return parse(file, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e, e);
    }
  }

  /**
   * @throws UncheckedIOException where the entry is not on the disk, and no part of it
   */
  void append(Object entry) {
    try {
      long end = channel.position();
      try {
        ByteBuffer line =
            ByteBuffer.wrap(
                (json.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
          channel.write(line);
        }
        channel.force(false);
      } catch (IOException e) {
        takeBack(end);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Cuts off a part of a line, so that the next one does not go on in it. */
  private void takeBack(long end) throws IOException {
    try {
      channel.truncate(end);
      channel.position(end);
    } catch (IOException e) {
      channel.close();
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
