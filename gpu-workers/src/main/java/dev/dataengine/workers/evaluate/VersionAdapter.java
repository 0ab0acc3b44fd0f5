package dev.dataengine.workers.evaluate;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.workers.adapter.DamagedException;
import dev.dataengine.workers.adapter.Manifest;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.files.FileUri;
import dev.dataengine.workers.model.LlavaConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the adapter of a version, if its files are those that were announced. */
final class VersionAdapter {

  private VersionAdapter() {}

  /**
   * The adapter; empty for a version that is the base model.
   *
   * @throws UnfitVersionException where a file is missing or another than announced, or is no
   *     adapter of the model
   * @throws LocalFailureException where a file could not be read, which is no fault of the version
   */
  static Optional<PeftFiles.Adapter> read(ModelVersion version, LlavaConfig model)
      throws UnfitVersionException {
    String uri = version.getAdapterUri();
    if (uri == null) {
      return Optional.empty();
    }
    try {
      Path directory = FileUri.path("adapter_uri", uri);
      requireAnnounced(directory, version);
      return Optional.of(PeftFiles.read(directory, model));
    } catch (IOException e) {
      throw new UnfitVersionException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Reads every file, so that a disk that fails does so here. */
  private static void requireAnnounced(Path directory, ModelVersion version) throws IOException {
    try {
      if (version.getManifestSha256() == null) {
        requireWeights(directory, version.getAdapterSha256());
      } else {
        requireManifest(directory, version);
      }
    } catch (DamagedException | NoSuchFileException unfit) {
      throw unfit;
    } catch (IOException e) {
      throw new LocalFailureException(
          "the adapter of version %d cannot be read: %s".formatted(version.getVersion(), e), e);
    }
  }

  private static void requireManifest(Path directory, ModelVersion version) throws IOException {
    Manifest manifest =
        Manifest.verify(
            directory, version.getManifestSha256(), List.of(PeftFiles.CONFIG, PeftFiles.WEIGHTS));
    require(directory, "model", version.getModel(), manifest.model());
    require(directory, "version", version.getVersion(), manifest.version());
    require(directory, "lineage", version.getLineage(), manifest.lineage());
    require(directory, "base", version.getBase(), manifest.base());
    require(directory, "precision", version.getPrecision(), manifest.precision());
    if (version.getAdapterSha256() != null) {
      require(
          directory,
          "files: " + PeftFiles.WEIGHTS,
          version.getAdapterSha256(),
          manifest.files().get(PeftFiles.WEIGHTS));
    }
  }

  private static void require(Path directory, String key, Object announced, @Nullable Object found)
      throws IOException {
    if (!announced.equals(found)) {
      throw new DamagedException(
          "%s: %s: expected the announced %s, got %s"
              .formatted(directory.resolve(Manifest.FILE), key, announced, found));
    }
  }

  /** Of a version that was announced before there were manifests. */
  private static void requireWeights(Path directory, @Nullable String announced)
      throws IOException {
    Path file = directory.resolve(PeftFiles.WEIGHTS);
    String found = PeftFiles.sha256(file);
    if (!found.equals(announced)) {
      throw new DamagedException(
          "%s: expected the announced sha256 %s, got %s".formatted(file, announced, found));
    }
  }
}
