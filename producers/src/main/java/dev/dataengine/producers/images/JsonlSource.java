package dev.dataengine.producers.images;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.events.Image;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A JSON object a line, each an image; see docs/images.md. Keeps ids and places, not the lines. */
final class JsonlSource implements ImageSource {

  private record Line(String id, int number, long offset, int length) {}

  private static final int LONGEST_LINE = 16 << 20;

  private final Path file;
  private final int inlineBytes;
  private final List<Line> lines = new ArrayList<>();
  private final RandomAccessFile content;

  JsonlSource(Path file, int inlineBytes) {
    this.file = file;
    this.inlineBytes = inlineBytes;
    if (!Files.isRegularFile(file)) {
      throw InputRefusedException.of(file, "there is no such file");
    }
    try {
      index();
      if (lines.isEmpty()) {
        throw InputRefusedException.of(file, "expected a JSON object a line, got no line");
      }
      this.content = new RandomAccessFile(file.toFile(), "r");
    } catch (IOException e) {
      throw InputRefusedException.of(file, "cannot be read: " + e);
    }
  }

  private void index() throws IOException {
    Set<String> ids = new HashSet<>();
    long offset = 0;
    int number = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int next;
      do {
        next = in.read();
        if (next >= 0 && next != '\n') {
          if (line.size() >= LONGEST_LINE) {
            throw InputRefusedException.of(
                file, number + 1, "expected a line of at most " + LONGEST_LINE + " bytes");
          }
          line.write(next);
          continue;
        }
        number++;
        String text = text(line.toByteArray());
        if (!text.isBlank()) {
          JsonNode json = JsonLines.object(file, number, text);
          JsonlImage.check(file, number, json);
          String id = JsonLines.text(file, number, json, "image_id");
          if (!ids.add(id)) {
            throw InputRefusedException.of(
                file, number, "image_id: '" + id + "' was used on an earlier line");
          }
          lines.add(new Line(id, number, offset, line.size()));
        }
        offset += line.size() + 1L;
        line.reset();
      } while (next >= 0);
    }
  }

  /** Without the mark that some editors put before the first line. */
  private static String text(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  @Override
  public int size() {
    return lines.size();
  }

  @Override
  public String id(int index) {
    return lines.get(index).id();
  }

  @Override
  public Image image(int index, Instant publishedAt) throws IOException {
    Line line = lines.get(index);
    byte[] bytes = new byte[line.length()];
    content.seek(line.offset());
    content.readFully(bytes);
    JsonNode json = JsonLines.object(file, line.number(), text(bytes));
    return JsonlImage.read(file, line.number(), json, inlineBytes)
        .setPublishedAt(publishedAt)
        .build();
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
