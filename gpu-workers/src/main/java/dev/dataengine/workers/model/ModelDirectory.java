package dev.dataengine.workers.model;

import dev.dataengine.failure.MisconfiguredException;
import java.io.IOException;
import java.nio.file.Path;

/** A directory that is configured to hold a base model, for services that load it. */
public final class ModelDirectory {
  private ModelDirectory() {}

  /**
   * Looks at a directory before anything is loaded or waited for.
   *
   * @param key that names the directory
   * @throws MisconfiguredException where it holds no model that is computed here
   */
  public static void require(String key, String directory) {
    try {
      LlavaConfig unused = LlavaConfig.read(Path.of(directory));
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(key, directory, e);
    }
  }

  /** What is told of a directory that cannot be loaded. */
  public static MisconfiguredException unusable(String key, String directory, Exception why) {
    return new MisconfiguredException(
        "%s '%s' cannot be used: %s; point it to the Hugging Face directory of the base model"
            .formatted(key, directory, why.getMessage()),
        why);
  }
}
