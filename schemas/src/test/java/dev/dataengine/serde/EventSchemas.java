package dev.dataengine.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.SchemaParser;

/** The schemas as files of this module. */
final class EventSchemas {

  static final Path CURRENT = Path.of("src", "main", "avro");
  static final Path RELEASED = Path.of("src", "released");

  private EventSchemas() {}

  static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".avsc")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Path> releases() {
    try (Stream<Path> files = Files.list(RELEASED)) {
      return files.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Schema parse(Path file) {
    try {
      return new SchemaParser().parse(file).mainSchema();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Schema schema) {
    return SchemaFormatter.format("json", schema);
  }
}
