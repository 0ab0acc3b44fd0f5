package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.MisconfiguredException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointLockTest {

  @TempDir Path directory;

  /** Another process that holds a directory's lock until it is killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      CheckpointLock lock = CheckpointLock.of(Path.of(arguments[0]));
      System.out.println("locked " + (lock.hashCode() != 0));
      new CountDownLatch(1).await();
    }
  }

  @Test
  void of_directoryOfAnotherProcess_saysWhichAndIsFreeOnceThatIsKilled() throws Exception {
    Process other =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Holder.class.getName(),
                    directory.toString()))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).startsWith("locked");

      assertThatThrownBy(() -> CheckpointLock.of(directory))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessageContaining("in process " + other.pid() + ", works in it")
          .hasMessageContaining("checkpoint-directory");
    } finally {
      other.destroyForcibly().waitFor();
    }
    CheckpointLock.of(directory).close();
  }

  @Test
  void of_sameDirectoryUnderAnotherName_isTheSame() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);

    try (CheckpointLock held = CheckpointLock.of(directory)) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> CheckpointLock.of(link)).isInstanceOf(MisconfiguredException.class);
      // and the refusal has not given away the first one's
      assertThatThrownBy(() -> CheckpointLock.of(directory))
          .hasMessageContaining("in process " + ProcessHandle.current().pid());
    }
    CheckpointLock.of(link).close();
  }
}
