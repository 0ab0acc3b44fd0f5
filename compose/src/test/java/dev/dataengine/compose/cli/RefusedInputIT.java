package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code up} says to sources of images and benchmarks that are not what they should be. */
class RefusedInputIT {

  @TempDir Path directory;

  private String refused(String... options) throws Exception {
    return refused(List.of("up"), options);
  }

  private String refused(List<String> command, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--data", directory + "/data"));
    arguments.addAll(List.of(options));
    Path output = directory.resolve("output.txt");
    Files.deleteIfExists(output);
    try (DataEngineProcess up = DataEngineProcess.start(output, arguments.toArray(String[]::new))) {
      assertThat(up.join(Duration.ofSeconds(60))).as(up::printed).isEqualTo(3);
      return up.printed();
    }
  }

  @Test
  void up_wrongPathOrMalformedFile_isRefusedWithItsNameAndLine() throws Exception {
    assertThat(refused("--images", "nlvr:/nowhere"))
        .contains("up: /nowhere: expected dev.json or test.json of NLVR");
    assertThat(refused("--benchmark", "easy-vqa:/nowhere"))
        .contains("/nowhere/questions.json: there is no such file");
    Path lines = Files.writeString(directory.resolve("own.jsonl"), "{}\nno json\n");
    assertThat(refused("--images", "jsonl:" + lines)).contains(lines + ", line 1: ");
  }

  /** Before it waits for the broker, which nobody runs here. */
  @Test
  void runTrainer_modelDirectoryThatIsNone_isRefusedWithTheRemedy() throws Exception {
    assertThat(
            refused(
                List.of("run", "trainer"),
                "--set",
                "trainer.model-directory=/nowhere",
                "--set",
                "connection.bootstrap-servers=127.0.0.1:1"))
        .contains(
            "trainer.model-directory '/nowhere' cannot be used: /nowhere: expected a model directory with config.json");
  }
}
