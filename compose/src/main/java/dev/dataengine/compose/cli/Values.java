package dev.dataengine.compose.cli;

import dev.dataengine.topics.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converters of options' values that refuse what cannot be, before anything starts. */
final class Values {

  private Values() {}

  /** A whole number of 1 or more. */
  static final class Count implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return whole(text, 1, Long.MAX_VALUE, "1 or more");
    }
  }

  /** The same that fits an int. */
  static final class Steps implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 1, Integer.MAX_VALUE, "1 or more");
    }
  }

  /** A port; 0 for a free one. */
  static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      return (int) whole(text, 0, 65_535, "0..65535");
    }
  }

  /** A file that can be written: its directory is there, and it is no directory itself. */
  static final class Writable implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path file = Path.of(text);
      Path parent = file.toAbsolutePath().getParent();
      if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
        throw new TypeConversionException(file + ": no writable directory there");
      }
      if (Files.isDirectory(file) || (Files.exists(file) && !Files.isWritable(file))) {
        throw new TypeConversionException(file + ": expected a file that can be written");
      }
      return file;
    }
  }

  /** A directory, or a place for one. */
  static final class Directory implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path directory = Path.of(text);
      Path there = directory.toAbsolutePath();
      while (there != null && !Files.exists(there)) {
        there = there.getParent();
      }
      if (there == null || !Files.isDirectory(there)) {
        throw new TypeConversionException(
            "'" + directory + "': expected a directory, got a file: " + there);
      }
      return directory;
    }
  }

  /** A directory that is not there yet. */
  static final class NewDirectory implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      if (Files.exists(Path.of(text))) {
        throw new TypeConversionException(text + ": expected a new directory, it exists");
      }
      return new Directory().convert(text);
    }
  }

  /** A topic of the catalogue, or the dead letters of one. */
  static final class CataloguedTopic implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      try {
        return Topic.isOfDeadLetters(text) ? text : Topic.named(text).topicName();
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  private static long whole(String text, long from, long to, String expected) {
    try {
      long value = Long.parseLong(text);
      if (value >= from && value <= to) {
        return value;
      }
    } catch (NumberFormatException notWhole) {
      throw new TypeConversionException("expected " + expected + ", got '" + text + "'");
    }
    throw new TypeConversionException("expected " + expected + ", got " + text);
  }
}
