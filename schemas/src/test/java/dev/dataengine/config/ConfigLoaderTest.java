package dev.dataengine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {

  record Trainer(double learningRate, int batchSize, List<String> targets, @Nullable String note) {
    Trainer {
      if (learningRate <= 0) {
        throw new IllegalArgumentException("learningRate: expected > 0, got " + learningRate);
      }
    }
  }

  record Root(String name, Path data, Trainer trainer, Map<String, String> kafka) {
    static Root defaults() {
      return new Root(
          "base",
          Path.of("a", "b"),
          new Trainer(1e-3, 32, List.of("q", "v"), null),
          Map.of("acks", "all"));
    }
  }

  @TempDir private Path directory;

  @Test
  void load_everyLayer_laterOnesWin() throws Exception {
    Path file = file("name: file\ntrainer:\n  learning-rate: 0.5\n  batch-size: 8\n");

    Root root =
        new ConfigLoader(
                Map.of(
                    "DATAENGINE_TRAINER_BATCH_SIZE", "16",
                    "DATAENGINE_KAFKA_SECURITY_PROTOCOL", "SSL",
                    "DATAENGINE_JAVA_OPTS", "-Xmx1g",
                    "HOME", "/root"))
            .load(
                Root.defaults(),
                Optional.of(file),
                List.of(
                    "trainer.learning-rate=1e-4",
                    "trainer.targets=[o]",
                    "trainer.note=12",
                    "kafka.client.id=x=y"));

    assertThat(root.name()).isEqualTo("file");
    assertThat(root.trainer()).isEqualTo(new Trainer(1e-4, 16, List.of("o"), "12"));
    assertThat(root.kafka())
        .isEqualTo(Map.of("acks", "all", "security.protocol", "SSL", "client.id", "x=y"));
  }

  @Test
  void load_nothingSaid_isTheDefaults() throws Exception {
    Path file = file("# nothing\ntrainer:\n");

    assertThat(loader().load(Root.defaults(), Optional.of(file), List.of()))
        .isEqualTo(Root.defaults());
  }

  @Test
  void print_anyConfiguration_isReadBackAsItWas() throws Exception {
    Path file = file(loader().print(Root.defaults()));

    assertThat(loader().load(Root.defaults(), Optional.of(file), List.of()))
        .isEqualTo(Root.defaults());
  }

  @Test
  void load_unknownKeyInFile_namesLineAndNearest() throws Exception {
    Path file = file("name: x\ntrainer:\n  learnig-rate: 0.5\n");

    assertRefused(
        file,
        file + ":3: unknown key 'trainer.learnig-rate'; did you mean 'trainer.learning-rate'?");
  }

  @Test
  void load_keyWithDotsInFile_isToBeNested() throws Exception {
    Path file = file("trainer.batch-size: 8\n");

    assertRefused(
        file,
        file
            + ":1: 'trainer.batch-size': in a file a key is nested, each part on a line of its own");
    assertThat(
            loader()
                .load(Root.defaults(), Optional.of(file("kafka:\n  client.id: x\n")), List.of())
                .kafka())
        .containsEntry("client.id", "x");
  }

  @Test
  void load_duplicateKey_isRefusedWithItsLine() throws Exception {
    Path file = file("name: x\nname: y\n");

    assertRefused(file, file + ":2: Duplicate field 'name'");
  }

  @Test
  void load_invalidValue_namesPlaceKeyAndReason() throws Exception {
    Path file = file("trainer:\n  learning-rate: -1\n");

    assertRefused(file, file + ":2: trainer: learningRate: expected > 0, got -1.0");
  }

  @Test
  void load_wrongTypeInFile_namesLineAndWhatWasExpected() throws Exception {
    Path file = file("trainer:\n  batch-size: many\n");

    assertThatThrownBy(() -> loader().load(Root.defaults(), Optional.of(file), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(file + ":2: trainer.batch-size: expected a whole number: ")
        .hasMessageContaining("many");
  }

  @Test
  void load_unknownVariable_namesTheNearest() {
    assertThatThrownBy(
            () ->
                new ConfigLoader(Map.of("DATAENGINE_TRAINER_BATCHSIZE", "1"))
                    .load(Root.defaults(), Optional.empty(), List.of()))
        .hasMessage(
            "environment DATAENGINE_TRAINER_BATCHSIZE is no key; did you mean"
                + " DATAENGINE_TRAINER_BATCH_SIZE?");
  }

  @Test
  void load_badFlag_namesTheFlag() {
    assertThatThrownBy(() -> loader().load(Root.defaults(), Optional.empty(), List.of("nmae=x")))
        .hasMessage("--set nmae is no key; did you mean 'name'?");
    assertThatThrownBy(() -> loader().load(Root.defaults(), Optional.empty(), List.of("name")))
        .hasMessage("--set: expected KEY=VALUE, got a text without a key before '='");
  }

  @Test
  void load_missingFile_namesIt() {
    Path file = directory.resolve("none.yaml");

    assertThatThrownBy(() -> loader().load(Root.defaults(), Optional.of(file), List.of()))
        .hasMessageStartingWith(file + ": cannot be read: ");
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> loader().load(Root.defaults(), Optional.of(file), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  private static ConfigLoader loader() {
    return new ConfigLoader(Map.of());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("dataengine.yaml"), text);
  }
}
