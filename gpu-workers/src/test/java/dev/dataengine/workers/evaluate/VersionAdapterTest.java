package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.LocalFailureException;
import dev.dataengine.workers.adapter.AdapterLayout;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.adapter.Manifest;
import dev.dataengine.workers.adapter.PeftFiles;
import dev.dataengine.workers.model.LlavaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionAdapterTest {

  private static final String BASE = "b".repeat(64);

  @TempDir Path directory;
  private float[] values = {};
  private String adapterSha256 = "";
  private String manifestSha256 = "";

  @BeforeEach
  void write() throws IOException {
    AdapterLayout layout =
        new AdapterLayout(model(), new LoraConfig(2, 4, 0, List.of("q_proj"), false));
    values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    PeftFiles.write(directory, layout, values, "tiny-llava");
    adapterSha256 = PeftFiles.sha256(directory.resolve("adapter_model.safetensors"));
    manifestSha256 = manifest(7).over(directory).write(directory);
  }

  private static LlavaConfig model() throws IOException {
    return LlavaConfig.read(Path.of("models/tiny-llava"));
  }

  private static Manifest manifest(long version) {
    return new Manifest("tiny", version, "run", BASE, "float32", Map.of());
  }

  private ModelVersion version(Consumer<ModelVersion.Builder> change) {
    ModelVersion.Builder builder =
        ModelVersion.newBuilder()
            .setVersionId("tiny|7")
            .setModel("tiny")
            .setVersion(7)
            .setLineage("run")
            .setBase(BASE)
            .setPrecision("float32")
            .setAdapterUri(directory.toUri().toString())
            .setAdapterSha256(adapterSha256)
            .setManifestSha256(manifestSha256)
            .setState(ModelState.CANDIDATE)
            .setCreatedAt(Instant.EPOCH);
    change.accept(builder);
    return builder.build();
  }

  private void assertRefused(Consumer<ModelVersion.Builder> change, String message) {
    assertThatThrownBy(() -> VersionAdapter.read(version(change), model()))
        .isInstanceOf(UnfitVersionException.class)
        .hasMessageContaining(message);
  }

  @Test
  void read_whatWasAnnounced_isTheAdapter() throws Exception {
    assertThat(VersionAdapter.read(version(v -> {}), model()).orElseThrow().values())
        .isEqualTo(values);
    assertThat(VersionAdapter.read(version(v -> v.setAdapterUri(null)), model())).isEmpty();
  }

  @Test
  void read_beforeThereWereManifests_checksTheWeights() throws Exception {
    Files.delete(directory.resolve("manifest.json"));

    assertThat(VersionAdapter.read(version(v -> v.setManifestSha256(null)), model())).isPresent();
    String other = Sha256.hex(new byte[0]);
    assertRefused(
        v -> v.setManifestSha256(null).setAdapterSha256(other),
        "expected the announced sha256 " + other);
    assertRefused(
        v -> v.setManifestSha256(null).setAdapterSha256(null), "expected the announced sha256");
  }

  @ParameterizedTest
  @ValueSource(strings = {"adapter_model.safetensors", "adapter_config.json", "manifest.json"})
  void read_oneByteOfAFileChanged_isRefusedNamingIt(String name) throws IOException {
    Path file = directory.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);

    assertRefused(v -> {}, name + ": expected ");
  }

  /** As where a disk fails or a share is not there just now: the version may be sound. */
  @ParameterizedTest
  @ValueSource(strings = {"adapter_model.safetensors", "manifest.json"})
  void read_fileThatCannotBeRead_isNoFaultOfTheVersion(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.delete(file);
    Files.createSymbolicLink(file, file);

    assertThatThrownBy(() -> VersionAdapter.read(version(v -> {}), model()))
        .isInstanceOf(LocalFailureException.class)
        .hasMessageContaining(name);
  }

  @Test
  void read_manifestOfAnotherVersion_isRefusedByWhatDiffers() throws IOException {
    String other = manifest(6).over(directory).write(directory);

    assertRefused(v -> v.setManifestSha256(other), "version: expected the announced 7, got 6");
    assertRefused(v -> v.setManifestSha256(other).setVersion(6).setModel("x"), "model: expected");
    assertRefused(
        v -> v.setManifestSha256(other).setVersion(6).setLineage("second"),
        "lineage: expected the announced second, got run");
    assertRefused(
        v -> v.setManifestSha256(other).setVersion(6).setBase("c"), "base: expected the announced");
    assertRefused(
        v -> v.setManifestSha256(other).setVersion(6).setPrecision("bfloat16"),
        "precision: expected the announced bfloat16, got float32");
    assertRefused(
        v -> v.setManifestSha256(other).setVersion(6).setAdapterSha256("d"),
        "files: adapter_model.safetensors: expected the announced d, got " + adapterSha256);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://bucket/v7",
        "file://other-host/v7",
        "v7",
        "",
        "file:///v%00",
        "file:///none"
      })
  void read_directoryThatIsNotHere_isRefused(String uri) {
    assertRefused(v -> v.setAdapterUri(uri), Objects.equals(uri, "file:///none") ? "none" : uri);
  }

  @Test
  void read_directoryRemovedAsTooOld_isRefused() throws IOException {
    Files.delete(directory.resolve("manifest.json"));

    assertRefused(v -> {}, "expected the checkpoint's manifest, which is not there");
    assertRefused(
        v -> v.setManifestSha256(null).setAdapterUri(directory.resolve("none").toUri().toString()),
        "none");
  }
}
