package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However the process ends, it has the exit code that the page says, and does not crash. */
class ProcessEndIT {

  private static final Duration AT_MOST = Duration.ofSeconds(60);

  @TempDir Path directory;
  private int started;

  @Test
  void exit_whileThreadsComputeNatively_isAtOnceAndWithoutACrash() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (DataEngineProcess process = stubborn("ends")) {
        assertThat(process.join(AT_MOST)).as(process::printed).isEqualTo(7);
        assertThat(process.printed()).doesNotContain("SIGSEGV", "SIGABRT", "fatal error");
      }
    }
  }

  @Test
  void signal_whileThreadsComputeNatively_hasTheSignalsCode() throws Exception {
    try (DataEngineProcess process = stubborn("waits")) {
      process.awaitPrinted("computing", AT_MOST);
      process.signal("INT");
      assertThat(process.join(Duration.ofSeconds(10))).as(process::printed).isEqualTo(130);
    }
    try (DataEngineProcess process = stubborn("waits")) {
      process.awaitPrinted("computing", AT_MOST);
      process.signal("TERM");
      assertThat(process.join(Duration.ofSeconds(10))).as(process::printed).isEqualTo(143);
      assertThat(process.printed()).doesNotContain("SIGSEGV", "SIGABRT", "fatal error");
    }
  }

  @Test
  void threadOfAClient_diesForWantOfMemory_endsTheProcessWithTheReason() throws Exception {
    try (DataEngineProcess process = stubborn("memory")) {
      assertThat(process.join(AT_MOST)).as(process::printed).isEqualTo(ExitCode.FAILED);
      assertThat(process.printed())
          .contains("thread some-client died: java.lang.OutOfMemoryError: Java heap space")
          .contains("DATAENGINE_JAVA_OPTS");
    }
  }

  @Test
  void run_brokerStopped_saysThatItRanAndHasTheSignalsCode() throws Exception {
    try (DataEngineProcess process = start("run", "broker", "--data", data())) {
      process.awaitPrinted("broker runs", AT_MOST);
      process.signal("INT");
      assertThat(process.join(AT_MOST)).as(process::printed).isEqualTo(130);
      assertThat(process.printed()).contains("broker stopped");
    }
  }

  @Test
  void run_directoryInUse_endsAtOnceWithThree() throws Exception {
    try (DataEngineProcess first = start("run", "registry", "--data", data())) {
      first.awaitPrinted("registry runs", AT_MOST);
      try (DataEngineProcess second =
          DataEngineProcess.start(
              directory.resolve("second.txt"), "run", "registry", "--data", data())) {
        assertThat(second.join(Duration.ofSeconds(20))).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(second.printed()).contains("run: ", "in use by another dataengine");
      }
      first.stop();
      assertThat(first.join(AT_MOST)).as(first::printed).isEqualTo(143);
    }
  }

  @Test
  void up_interruptedWhileItStarts_endsWithTheSignalsCode() throws Exception {
    try (DataEngineProcess process = start("up", "--data", data())) {
      process.awaitPrinted("starting", AT_MOST);
      process.signal("INT");
      assertThat(process.join(Duration.ofSeconds(30))).as(process::printed).isEqualTo(130);
      assertThat(process.printed()).doesNotContain("SIGSEGV", "SIGABRT", "fatal error");
    }
  }

  @Test
  void up_brokersDiskFails_endsWithTheReason() throws Exception {
    try (DataEngineProcess process = start("up", "--data", data())) {
      process.awaitPrinted("logs      ", AT_MOST);
      Path logs = Path.of(data(), "broker", "logs");
      Files.move(logs, logs.resolveSibling("away"));
      assertThat(process.join(AT_MOST)).as(process::printed).isEqualTo(ExitCode.FAILED);
      assertThat(process.printed()).contains("broker failed: the broker gave up");
    }
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private DataEngineProcess start(String... arguments) throws Exception {
    return DataEngineProcess.start(directory.resolve("output.txt"), arguments);
  }

  private DataEngineProcess stubborn(String how) throws Exception {
    return DataEngineProcess.start(
        directory.resolve(how + ++started + ".txt"), List.of(), Stubborn.class, how);
  }
}
