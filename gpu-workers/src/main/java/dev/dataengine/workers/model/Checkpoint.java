package dev.dataengine.workers.model;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.workers.tensor.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The weights of a Hugging Face directory, over one or several safetensors files. */
record Checkpoint(Path directory, Map<String, SafeTensors.Entry> tensors) {

  /** Prefixes that newer versions of transformers write, and the published ones that we look up. */
  private static final Map<String, String> NEWER_NAMES =
      Map.of(
          "model.vision_tower.", "vision_tower.",
          "model.multi_modal_projector.", "multi_modal_projector.",
          "model.language_model.", "language_model.model.",
          "lm_head.", "language_model.lm_head.");

  static Checkpoint open(Path directory) throws IOException {
    Map<String, SafeTensors.Entry> tensors = new HashMap<>();
    for (Path file : files(directory)) {
      SafeTensors.open(file).tensors().forEach((name, entry) -> tensors.put(known(name), entry));
    }
    return new Checkpoint(directory, tensors);
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> listing = Files.list(directory)) {
      List<Path> files =
          listing
              .filter(f -> f.getFileName().toString().endsWith(".safetensors"))
              .sorted()
              .toList();
      if (files.isEmpty()) {
        throw new IOException(directory + ": expected *.safetensors, found none");
      }
      return files;
    }
  }

  static String identity(Path directory) throws IOException {
    MessageDigest digest = Sha256.digest();
    for (Path file : files(directory)) {
      digest.update(Sha256.of(file));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String known(String name) {
    for (Map.Entry<String, String> prefix : NEWER_NAMES.entrySet()) {
      if (name.startsWith(prefix.getKey())) {
        return prefix.getValue() + name.substring(prefix.getKey().length());
      }
    }
    return name;
  }

  SafeTensors.Entry entry(LlavaLayout.Weight weight) throws IOException {
    SafeTensors.Entry entry = tensors.get(weight.name());
    if (entry == null) {
      throw new IOException(directory + ": the checkpoint has no weight '" + weight.name() + "'");
    }
    if (!Arrays.equals(entry.shape(), weight.shape())) {
      throw new IOException(
          "%s: weight '%s': expected shape %s by config.json, got %s"
              .formatted(
                  directory,
                  weight.name(),
                  Arrays.toString(weight.shape()),
                  Arrays.toString(entry.shape())));
    }
    return entry;
  }
}
