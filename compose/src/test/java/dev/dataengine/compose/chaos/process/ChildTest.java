package dev.dataengine.compose.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path directory;
  private @Nullable Child child;

  @AfterEach
  void close() {
    if (child != null) {
      child.close();
    }
  }

  /** Adds a line to a file every 20 ms. */
  private Child ticking() {
    return started("while :; do echo tick >> ticks; sleep 0.02; done");
  }

  private Child started(String script) {
    Child started =
        new Child(
            "child",
            List.of("sh", "-c", "cd '" + directory + "'; " + script),
            directory.resolve("output"));
    child = started;
    started.start();
    return started;
  }

  private long ticks() {
    try {
      return Files.size(directory.resolve("ticks"));
    } catch (IOException notYet) {
      return 0;
    }
  }

  private static void await(BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private boolean grows() throws InterruptedException {
    long before = ticks();
    Thread.sleep(300);
    return ticks() > before;
  }

  @Test
  void pause_standsStill_untilItIsResumed() throws Exception {
    Child ticking = ticking();
    await(() -> ticks() > 0);

    ticking.pause();
    Thread.sleep(100);
    assertThat(grows()).isFalse();
    assertThat(ticking.hasEnded()).isFalse();

    ticking.resume();
    long before = ticks();
    await(() -> ticks() > before);
  }

  @Test
  void kill_isNoEndByItself_andItStartsAgain() throws Exception {
    Child ticking = ticking();
    await(() -> ticks() > 0);

    ticking.kill();
    assertThat(grows()).isFalse();
    assertThat(ticking.hasEnded()).isFalse();

    ticking.start();
    long before = ticks();
    await(() -> ticks() > before);
  }

  @Test
  void kill_ofAPausedOne_endsItToo() throws Exception {
    Child ticking = ticking();
    ticking.pause();

    ticking.kill();

    ticking.start();
    await(() -> ticks() > 0);
  }

  @Test
  void hasEnded_ofOneThatEndsByItself_isToldWithItsCodeAndWords() throws Exception {
    Child ending = started("echo goodbye; exit 3");

    await(ending::hasEnded);

    assertThat(ending.exitValue()).isEqualTo(3);
    assertThat(ending.lastWords()).isEqualTo("goodbye");
  }

  @Test
  void terminate_letsItTidyUp_andKillsWhatDoesNotEnd() throws Exception {
    Child tidy =
        started("trap 'echo tidy; exit 0' TERM; echo up > ticks; while :; do sleep 0.02; done");
    await(() -> ticks() > 0);
    assertThat(tidy.terminate(SOON)).isTrue();
    assertThat(tidy.lastWords()).isEqualTo("tidy");
    assertThat(tidy.hasEnded()).isFalse();

    Files.delete(directory.resolve("ticks"));
    Child deaf = started("trap '' TERM; echo up > ticks; while :; do sleep 0.02; done");
    await(() -> ticks() > 0);
    assertThat(deaf.terminate(Duration.ofMillis(300))).isFalse();
  }

  @Test
  void close_isForGood() throws Exception {
    Child ticking = ticking();
    await(() -> ticks() > 0);

    ticking.close();
    ticking.start();

    assertThat(grows()).isFalse();
  }
}
