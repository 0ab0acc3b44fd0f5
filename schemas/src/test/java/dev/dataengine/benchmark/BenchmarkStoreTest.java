package dev.dataengine.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BenchmarkStoreTest {

  @TempDir Path temp;

  private final AtomicInteger made = new AtomicInteger();

  private static MadeFrom from(String content) {
    return new MadeFrom("there", "test/1", Map.of("seed", "1"), content);
  }

  /** Slow enough to be met in the middle. */
  static Benchmark write(Path dir, MadeFrom from) {
    BenchmarkWriter writer = new BenchmarkWriter(dir);
    for (int i = 0; i < 40; i++) {
      byte[] image = {(byte) i, (byte) from.contentSha256().length()};
      writer.add("q" + i, "i" + i, image, "png", "What?", "t", List.of("a", "b"), 0);
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return writer.finish("test", "for tests", from);
  }

  private Benchmark open(MadeFrom from) {
    return new BenchmarkStore(temp)
        .open(
            "test",
            from,
            dir -> {
              made.incrementAndGet();
              return write(dir, from);
            });
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(f -> f.getFileName().toString()).filter(n -> !n.endsWith(".lock")).toList();
    }
  }

  private static void assertWhole(Benchmark benchmark) throws IOException {
    assertThat(benchmark.questions()).hasSize(40);
    for (BenchmarkQuestion question : benchmark.questions()) {
      assertThat(Sha256.hex(Files.readAllBytes(benchmark.imageFile(question))))
          .isEqualTo(question.imageSha256());
    }
  }

  @Test
  void open_again_isNotMadeAgain() throws IOException {
    Benchmark first = open(from("x"));
    assertThat(open(from("x"))).isEqualTo(first);
    assertThat(made).hasValue(1);
    assertThat(Benchmark.madeFrom(first.dir())).contains(from("x"));
    assertThat(names()).containsExactly(first.dir().getFileName().toString());
  }

  @Test
  void open_ofAnythingElse_isMadeBesideAndLeavesTheOldOne() throws IOException {
    List<MadeFrom> all =
        List.of(
            from("x"),
            from("y"),
            new MadeFrom("there", "test/2", Map.of("seed", "1"), "x"),
            new MadeFrom("there", "test/1", Map.of("seed", "2"), "x"),
            new MadeFrom("there", "test/1", Map.of("seed", "1", "more", ""), "x"));
    List<Benchmark> opened = all.stream().map(this::open).toList();
    assertThat(opened).extracting(Benchmark::dir).doesNotHaveDuplicates();
    for (Benchmark benchmark : opened) {
      assertWhole(benchmark);
    }
    open(new MadeFrom("moved elsewhere", "test/1", Map.of("seed", "1"), "x"));
    assertThat(made).as("a set that was moved is the same").hasValue(5);
  }

  @Test
  void open_damagedOrForeignDirectory_isMadeAgain() throws IOException {
    Path dir = open(from("x")).dir();
    for (String damage : List.of("benchmark.json", "questions.jsonl", "images/i3.png")) {
      Files.delete(dir.resolve(damage));
      assertWhole(open(from("x")));
    }
    Files.writeString(dir.resolve("benchmark.json"), "{\"name\":\"test\",\"description\":\"\"}");
    assertWhole(open(from("x")));
    assertThat(made).hasValue(5);
  }

  @Test
  void open_leftByAKilledMaker_isClearedAway() throws IOException {
    Path dir = temp.resolve("test-" + from("x").fingerprint().substring(0, 12));
    Path left = Files.createDirectories(temp.resolve("." + dir.getFileName() + ".partial-123"));
    Files.writeString(left.resolve("half"), "");
    open(from("x"));
    assertThat(names()).containsExactly(dir.getFileName().toString());
  }

  @Test
  void open_makerMakesSomethingElse_isRefused() {
    assertThatThrownBy(
            () -> new BenchmarkStore(temp).open("test", from("x"), dir -> write(dir, from("y"))))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("did its source change meanwhile?");
  }

  @Test
  void open_manyThreadsAtOnce_isMadeByOne() throws Exception {
    assertThat(atOnce(6, () -> open(from("x"))))
        .hasSize(6)
        .allMatch(b -> b.questions().size() == 40);
    assertThat(made).hasValue(1);
  }

  /** Without the store: the last one's stays, and none finds its half gone. */
  @Test
  void write_manyThreadsOneDirectory_areAllWhole() throws Exception {
    Path dir = temp.resolve("same");
    List<Object> ends =
        atOnce(
            4,
            () -> {
              try {
                return write(dir, from("x"));
              } catch (java.io.UncheckedIOException e) {
                return e; // the other one's is there
              }
            });
    assertThat(ends).anyMatch(Benchmark.class::isInstance);
    assertWhole(Benchmark.load(dir));
  }

  private static <T> List<T> atOnce(int threads, Callable<T> call) throws Exception {
    CyclicBarrier together = new CyclicBarrier(threads);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(
            pool.submit(
                () -> {
                  together.await();
                  return call.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }

  /** The lock is the operating system's. */
  @Test
  void open_twoProcessesAtOnce_isMadeByOne() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  OpenOnce.class.getName(),
                  temp.toString())
              .redirectErrorStream(true)
              .redirectOutput(temp.resolveSibling(temp.getFileName() + "-" + i + ".txt").toFile())
              .start());
    }
    for (Process process : processes) {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    int makers = 0;
    for (int i = 0; i < 3; i++) {
      Path printed = temp.resolveSibling(temp.getFileName() + "-" + i + ".txt");
      makers += Files.readString(printed).contains("made") ? 1 : 0;
      Files.delete(printed);
    }
    assertThat(makers).isEqualTo(1);
    assertWhole(open(from("x")));
    assertThat(made).hasValue(0);
  }

  /** What each of the processes does. */
  static final class OpenOnce {
    private OpenOnce() {}

    @SuppressWarnings("SystemOut") // read by the test
    public static void main(String[] arguments) {
      Benchmark benchmark =
          new BenchmarkStore(Path.of(arguments[0]))
              .open(
                  "test",
                  from("x"),
                  dir -> {
                    System.out.println("made");
                    return write(dir, from("x"));
                  });
      if (benchmark.questions().size() != 40) {
        throw new IllegalStateException("half a benchmark");
      }
    }
  }

  @Test
  void write_idsThatMakeOneFileName_haveAFileEach() throws IOException {
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("b"));
    List<String> ids = List.of("a/b", "a_b", "A_B", "a b", "x".repeat(300), "x".repeat(301));
    for (int i = 0; i < ids.size(); i++) {
      byte[] image = {(byte) i};
      writer.add("q" + i, ids.get(i), image, "png", "What?", "t", List.of("a", "b"), 0);
    }
    Benchmark benchmark = writer.finish("b", "");
    for (BenchmarkQuestion question : benchmark.questions()) {
      assertThat(Sha256.hex(Files.readAllBytes(benchmark.imageFile(question))))
          .isEqualTo(question.imageSha256());
    }
  }
}
