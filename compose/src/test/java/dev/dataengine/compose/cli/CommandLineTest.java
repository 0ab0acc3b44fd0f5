package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void execute_noCommand_isAUsageErrorThatListsTheCommands() {
    assertThat(execute()).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .startsWith("which command?")
        .contains("up", "run", "topics", "tail", "pretrain");
  }

  @Test
  void execute_unknownOption_isAUsageError() {
    assertThat(execute("up", "--frobnicate")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).startsWith("Unknown option: '--frobnicate'");
  }

  @Test
  void execute_unknownKey_isRefusedInOneLineWithANeighbour() {
    assertThat(execute("up", "--data", directory.toString(), "--set", "broker.prot=1"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("unknown key", "broker.prot", "did you mean", "broker.port");
  }

  @Test
  void execute_valueOutOfRangeInAFile_isRefusedWithFileAndLine() throws IOException {
    Path file = Files.writeString(directory.resolve("own.yaml"), "broker:\n  port: 70000\n");

    assertThat(execute("up", "--config", file.toString())).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains("own.yaml", "port: expected 0..65535, got 70000");
  }

  @Test
  void execute_reportWithoutDirectory_isRefusedBeforeAnythingStarts() {
    Path data = directory.resolve("data");
    int code =
        execute(
            "up", "--data", data.toString(), "--report", directory.resolve("no/r.json").toString());

    assertThat(code).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("--report", "no writable directory there");
    assertThat(data.resolve("broker")).doesNotExist();
  }

  @Test
  void execute_pretrainIntoAnExistingDirectory_isRefused() {
    assertThat(execute("pretrain", "--out", directory.toString())).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("expected a new directory, it exists");
  }

  @Test
  void execute_helpOfEveryCommand_isPrinted() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertThat(execute(command, "--help")).as(command).isZero();
    }
    assertThat(out.toString()).contains("--seconds", "--report", "--images", "--benchmark");
  }
}
