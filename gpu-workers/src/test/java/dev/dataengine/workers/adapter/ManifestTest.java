package dev.dataengine.workers.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

  @TempDir Path directory;
  private String announced = "";

  @BeforeEach
  void writeACheckpoint() throws IOException {
    Files.writeString(directory.resolve("adapter_model.safetensors"), "weights");
    Files.writeString(directory.resolve("adapter_config.json"), "{\"r\": 8}");
    announced = version().over(directory).write(directory);
  }

  private static Manifest version() {
    return new Manifest("tiny", 12, "run-a", "b".repeat(64), "bfloat16", Map.of());
  }

  @Test
  void verify_whatWasWritten_isReadBackWithTheSumsOfItsFiles() throws Exception {
    Manifest read = Manifest.verify(directory, announced, List.of("adapter_config.json"));

    byte[] own = Files.readAllBytes(directory.resolve("manifest.json"));
    assertThat(announced).isEqualTo(sha256(own));
    assertThat(read)
        .isEqualTo(
            new Manifest(
                "tiny",
                12,
                "run-a",
                "b".repeat(64),
                "bfloat16",
                Map.of(
                    "adapter_model.safetensors", sha256("weights".getBytes(StandardCharsets.UTF_8)),
                    "adapter_config.json", sha256("{\"r\": 8}".getBytes(StandardCharsets.UTF_8)))));
  }

  @Test
  void verify_oneByteOfAnyFileChanged_isRefusedNamingTheFile() throws Exception {
    for (String name : List.of("adapter_model.safetensors", "adapter_config.json")) {
      Path file = directory.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i++) {
        byte[] changed = bytes.clone();
        changed[i] ^= 1;
        Files.write(file, changed);
        assertThatThrownBy(() -> Manifest.verify(directory, announced, List.of()))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(name)
            .hasMessageContaining("altered or is torn");
      }
      Files.write(file, bytes);
    }
  }

  @Test
  void verify_anotherVersionsDirectoryCopiedOver_isRefusedByTheAnnouncedSum() throws Exception {
    version().over(directory).write(directory);
    new Manifest("tiny", 11, "run-a", "b".repeat(64), "bfloat16", Map.of())
        .over(directory)
        .write(directory);

    assertThatThrownBy(() -> Manifest.verify(directory, announced, List.of()))
        .hasMessageContaining("manifest.json: expected announced sha256 " + announced);
    assertThat(Manifest.verify(directory, null, List.of()).version()).isEqualTo(11);
  }

  @Test
  void verify_aFileMissing_isRefusedNamingIt() throws Exception {
    Files.delete(directory.resolve("adapter_config.json"));

    assertThatThrownBy(() -> Manifest.verify(directory, announced, List.of()))
        .hasMessageContaining("adapter_config.json: expected the file that manifest.json names");
  }

  @Test
  void verify_aNeededFileThatTheManifestDoesNotName_isRefused() throws Exception {
    Files.writeString(directory.resolve("late.json"), "{}");

    assertThatThrownBy(() -> Manifest.verify(directory, announced, List.of("late.json")))
        .hasMessageContaining("expected late.json among them");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{\"model\":\"m\",\"version\":1,\"lineage\":\"\",\"base\":\"\",\"precision\":\"\"}",
        "{\"model\":\"m\",\"version\":null,\"lineage\":\"\",\"base\":\"\",\"precision\":\"\",\"files\":{}}",
        "{\"model\":\"m\",\"version\":1,\"lineage\":\"\",\"base\":\"\",\"precision\":\"\",\"files\":{\"../x\":\"%s\"}}",
        "{\"model\":\"m\",\"version\":1,\"lineage\":\"\",\"base\":\"\",\"precision\":\"\",\"files\":{\"a/x\":\"%s\"}}",
        "{\"model\":\"m\",\"version\":1,\"lineage\":\"\",\"base\":\"\",\"precision\":\"\",\"files\":{\"x\":\"12\"}}",
        "{\"model\":\"m\",\"version\":1,\"lineage\":\"\",\"base\":\"\",\"precision\":\"\",\"files\":{\"x\":null}}"
      })
  void verify_noManifestOrOneThatNamesOtherPlaces_isRefusedAsIoFailure(String text)
      throws Exception {
    Files.writeString(directory.resolve("manifest.json"), text.replace("%s", "a".repeat(64)));

    assertThatThrownBy(() -> Manifest.verify(directory, null, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("manifest.json: expected a checkpoint's manifest");
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
