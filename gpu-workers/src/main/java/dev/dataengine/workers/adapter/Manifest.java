package dev.dataengine.workers.adapter;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dataengine.benchmark.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code manifest.json} of a checkpoint's directory: which version it is, and the SHA-256 of every
 * file beside it. The event that announces the version has the manifest's own SHA-256, so that
 * nothing in the directory is believed that was not announced. The trainer writes it; the trainer
 * and whoever loads a version {@link #verify} it before they read anything else.
 *
 * @param model name of the model
 * @param version number of the version
 * @param lineage training run that it belongs to
 * @param base identity of the base that it was trained on
 * @param precision what the frozen weights were held in: float32 or bfloat16
 * @param files SHA-256 in hexadecimal by name, of every other file of the directory
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Manifest(
    String model,
    long version,
    String lineage,
    String base,
    String precision,
    Map<String, String> files) {

  /** Name of the file. */
  public static final String FILE = "manifest.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          // a later writer may say more of a version
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** A name of a file that stands in the directory itself. */
  private static final String PLAIN_NAME = "[A-Za-z0-9_-][A-Za-z0-9._-]*";

  private static final String HEX_SHA256 = "[0-9a-f]{64}";

  public Manifest {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
    files.forEach(
        (name, sha256) -> {
          if (!name.matches(PLAIN_NAME) || name.equals(FILE)) {
            throw new IllegalArgumentException(
                "files: expected names of other files in the same directory, got '" + name + "'");
          }
          if (sha256 == null || !sha256.matches(HEX_SHA256)) {
            throw new IllegalArgumentException(
                "files: %s: expected a sha256 of 64 hexadecimal digits, got '%s'"
                    .formatted(name, sha256));
          }
        });
  }

  /** The same version with the sums of every file that stands in the directory now. */
  public Manifest over(Path directory) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> listing = Files.list(directory)) {
      for (Path file : listing.toList()) {
        String name = file.getFileName().toString();
        if (!name.equals(FILE)) {
          sums.put(name, sha256(file));
        }
      }
    }
    return new Manifest(model, version, lineage, base, precision, sums);
  }

  /**
   * Writes {@code manifest.json}; whoever writes the directory forces all of it to the disk.
   *
   * @return its SHA-256, as an event announces it
   */
  public String write(Path directory) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(this);
    Files.write(directory.resolve(FILE), bytes);
    return Sha256.hex(bytes);
  }

  /**
   * Reads a directory's manifest and checks it and every file that it names.
   *
   * @param announced SHA-256 that the manifest must have; null where nothing was announced of it
   * @param needed files that the caller will read, which the manifest must name
   * @throws DamagedException where the manifest or a file is missing, torn or altered; the message
   *     says which file, what was expected and what came
   * @throws IOException where one could not be read
   */
  public static Manifest verify(
      Path directory, @Nullable String announced, Collection<String> needed) throws IOException {
    Path file = directory.resolve(FILE);
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new DamagedException(
          file + ": expected the checkpoint's manifest, which is not there", e);
    }
    String own = Sha256.hex(bytes);
    if (announced != null && !announced.equals(own)) {
      throw altered(file, "announced", announced, own);
    }
    Manifest manifest = parse(file, bytes);
    for (String name : needed) {
      if (!manifest.files().containsKey(name)) {
        throw new DamagedException(
            "%s: files: expected %s among them, got %s"
                .formatted(file, name, manifest.files().keySet()));
      }
    }
    for (Map.Entry<String, String> each : manifest.files().entrySet()) {
      Path named = directory.resolve(each.getKey());
      String found = sumOf(named);
      if (!found.equals(each.getValue())) {
        throw altered(named, "its " + FILE + "'s", each.getValue(), found);
      }
    }
    return manifest;
  }

  private static Manifest parse(Path file, byte[] bytes) throws DamagedException {
    @Nullable Manifest manifest;
    try {
      manifest = JSON.readValue(bytes, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new DamagedException(
          file + ": expected a checkpoint's manifest, got: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      // of bytes that are read already: they are no text
      throw new DamagedException(file + ": expected a checkpoint's manifest, got: " + e, e);
    }
    if (manifest == null) {
      throw new DamagedException(file + ": expected a checkpoint's manifest, got: null");
    }
    return manifest;
  }

  private static DamagedException altered(Path file, String whose, String expected, String got) {
    return new DamagedException(
        "%s: expected %s sha256 %s, got %s: it was altered or is torn"
            .formatted(file, whose, expected, got));
  }

  /**
   * Asks for the file's attributes, as {@code Files.isRegularFile} hides that they had no answer.
   */
  private static String sumOf(Path named) throws IOException {
    try {
      if (Files.readAttributes(named, BasicFileAttributes.class).isRegularFile()) {
        return sha256(named);
      }
    } catch (NoSuchFileException e) {
      throw new DamagedException(
          named + ": expected the file that " + FILE + " names, not there", e);
    }
    throw new DamagedException(named + ": expected the file that " + FILE + " names, is no file");
  }

  private static String sha256(Path file) throws IOException {
    return HexFormat.of().formatHex(Sha256.of(file));
  }
}
