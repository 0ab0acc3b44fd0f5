package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.data.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        .contains("broker.prot is no key", "did you mean", "broker.port");
  }

  /** The name of a secret is shown, and is none; its value never is. */
  @Test
  void execute_kafkasSettingWithoutItsGroup_isNamedWithIt() {
    assertThat(execute("up", "--set", "kafka.sasl.jaas.config=x password=\"hidden\";"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString())
        .contains(
            "--set kafka.sasl.jaas.config is no key; did you mean"
                + " 'connection.kafka.sasl.jaas.config'?")
        .doesNotContain("hidden");
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

    assertThat(code).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--report", "no writable directory there");
    assertThat(data.resolve("broker")).doesNotExist();
  }

  /** As from where nobody said how to log in: it is configuration, and the reason is told. */
  @Test
  void execute_settingsThatNoClientCanBeMadeOf_areToldWithTheReason() throws Exception {
    try (ServerSocket anything = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      int code =
          execute(
              "topics",
              "create",
              "--set",
              "connection.bootstrap-servers=127.0.0.1:" + anything.getLocalPort(),
              "--set",
              "connection.kafka.security.protocol=SASL_PLAINTEXT");

      assertThat(code).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(err.toString())
          .contains("connection: a Kafka client cannot be made", "KafkaClient");
    }
  }

  @Test
  void execute_pretrainIntoAnExistingDirectory_isRefused() {
    assertThat(execute("pretrain", "--out", directory.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("expected a new directory, it exists");
  }

  @Test
  void execute_optionWithAValueThatCannotBe_isAUsageErrorBeforeAnythingStarts() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    List<List<String>> refused =
        List.of(
            List.of("up", "--seconds", "-5"),
            List.of("up", "--seconds=0"),
            List.of("up", "--seconds", "soon"),
            List.of("up", "--port", "70000"),
            List.of("up", "--report", directory.resolve("no/r.json").toString()),
            List.of("up", "--report", directory.toString()),
            List.of("up", "--data", file.toString()),
            List.of("up", "--data", file.resolve("below").toString()),
            List.of("tail", "images", "--max", "-1"),
            List.of("tail", "no-such-topic"),
            List.of("tail", "images", "--data", file.toString()),
            List.of("topics", "diff", "--data", file.toString()),
            List.of("run", "no-such-service"),
            List.of("run"),
            List.of("pretrain", "--out", directory.resolve("new").toString(), "--steps", "0"),
            List.of("chaos", "--minutes", "-5"),
            List.of("chaos", "--poison", "500"),
            List.of("chaos", "--poison-kinds", "arsenic"),
            List.of("chaos", "--report", directory.resolve("no/c.json").toString()),
            List.of("chaos", "--data", file.toString()),
            List.of("chaos", "--data", directory.toString()),
            List.of("frobnicate"));
    for (List<String> arguments : refused) {
      err.getBuffer().setLength(0);
      assertThat(execute(arguments.toArray(String[]::new)))
          .as("%s: %s", arguments, err)
          .isEqualTo(ExitCode.USAGE);
      assertThat(err.toString()).as("%s", arguments).isNotBlank().doesNotContain("Exception");
    }
    assertThat(directory).isDirectoryNotContaining("glob:**.dataengine");
  }

  @Test
  void execute_dataThatIsAFileInTheConfiguration_isRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThat(execute("up", "--set", "data=" + file)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .contains(file.toString(), "cannot be used as data directory");
  }

  @Test
  void execute_directoryInUse_isRefusedAtOnceWithItsHolder() {
    try (DataDirectory held = DataDirectory.open(directory.resolve("data"))) {
      assertThat(execute("up", "--data", held.path().toString())).isEqualTo(ExitCode.CONFIGURATION);
      assertThat(err.toString().lines())
          .singleElement()
          .asString()
          .contains("in use by another dataengine", "process " + ProcessHandle.current().pid());
    }
  }

  @Test
  void execute_keyThatSomethingElseOverrides_isRefusedNamingBoth() throws Exception {
    Path file = Files.writeString(directory.resolve("own.yaml"), "benchmark: easy-vqa:x\n");
    assertThat(
            execute(
                "up", "--config", file + "", "--set", "evaluator.benchmark-directory=somewhere"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString())
        .contains(file + ":1: benchmark has no effect beside evaluator.benchmark-directory")
        .contains("set by --set evaluator.benchmark-directory");

    assertThat(execute("up", "--set", "connection.bootstrap-servers=prod:9092"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString())
        .contains("--set connection.bootstrap-servers: connection.bootstrap-servers has no effect")
        .contains("'up' starts its own");

    assertThat(execute("up", "--set", "connection.kafka.group.id=mine"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(execute("up", "--set", "broker.settings.log.dirs=/x"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString())
        .contains("connection.kafka.group.id: is set by each service")
        .contains("broker.settings.log.dirs: is set by data; leave it out here");
  }

  @Test
  void execute_configPrint_showsEveryKeyWithoutSecrets() {
    assertThat(
            execute(
                "config",
                "print",
                "--set",
                "connection.kafka.sasl.jaas.config=hunter2",
                "--set",
                "connection.schema-registry-url=https://me:hunter2@registry",
                "--set",
                "trainer.seed=7"))
        .isZero();
    assertThat(out.toString())
        .contains("seed: 7", "sasl.jaas.config: \"***\"", "https://***@registry")
        .doesNotContain("hunter2");
  }

  @Test
  void execute_secretOnTheCommandLine_isNeverShown() {
    List<List<String>> refused =
        List.of(
            List.of("up", "--set", "conection.kafka.sasl.jaas.config=hun,ter2 x"),
            List.of("up", "--set", "connection.kafka.ssl.key.password:hun,ter2 x"),
            List.of("up", "--set", "connection.kafka.ssl.key.password=hun,ter2 x", "--seconds=x"),
            List.of("up", "--sett", "connection.kafka.ssl.key.password=hun,ter2 x"),
            List.of("up", "connection.kafka.ssl.key.password=hun,ter2 x"),
            List.of("up", "--sett=connection.kafka.ssl.key.password=hun,ter2 x"),
            List.of("up", "--set", "broker.port=x", "--set", "broker.settings.ssl.secret=hun,ter2"),
            List.of("tail", "images", "--set", "connection.schema-registry-url=h://u:hun,ter2@h"));
    for (List<String> arguments : refused) {
      execute(arguments.toArray(String[]::new));
      assertThat(err.toString() + out).as("%s", arguments).doesNotContain("hun", "ter2");
    }
  }

  @Test
  void execute_nothingListens_saysSoWithinTwoSecondsWithWhereTheAddressIsFrom() {
    for (List<String> command :
        List.of(
            List.of("tail", "images"), List.of("topics", "create"), List.of("topics", "diff"))) {
      err.getBuffer().setLength(0);
      List<String> arguments = new ArrayList<>(command);
      arguments.addAll(List.of("--set", "connection.bootstrap-servers=127.0.0.1:1"));
      arguments.addAll(List.of("--data", directory.resolve("data").toString()));
      long began = System.nanoTime();

      assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(ExitCode.FAILED);

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
      assertThat(err.toString().lines())
          .singleElement()
          .asString()
          .contains("no broker answers at 127.0.0.1:1", "--set connection.bootstrap-servers")
          .contains("start it with 'dataengine up'");
    }
  }

  @Test
  void execute_portsThatUpLeft_areNamedAsWhereTheAddressIsFrom() throws Exception {
    Path ports = directory.resolve("ports.properties");
    Files.writeString(ports, "broker=1\nregistry=1\n");

    assertThat(execute("tail", "images", "--data", directory.toString()))
        .isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("127.0.0.1:1", "left in " + ports + " by the last 'up'");
  }

  @Test
  void execute_helpOfEveryCommand_isPrinted() {
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertThat(execute(command, "--help")).as(command).isZero();
    }
    assertThat(out.toString()).contains("--seconds", "--report", "--images", "--benchmark");
  }
}
