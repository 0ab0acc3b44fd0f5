package dev.dataengine.producers.images;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The published data sets beside the repository; tests that need them are skipped without. */
public final class TestData {

  private TestData() {}

  /** The folder of that name, for example nlvr. */
  public static Path folder(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolveSibling("shared").resolve("data").resolve(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    assumeTrue(false, "../shared/data/" + name + " is missing");
    throw new AssertionError("not reached");
  }
}
