package dev.dataengine.compose.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.producers.benchmarks.SceneBenchmark;
import dev.dataengine.producers.images.InputRefusedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkSourceTest {

  @TempDir Path temp;

  @Test
  void images_ofASet_areThoseThatItDoesNotAskAbout() {
    Path set = temp.resolve("set");
    assertThat(BenchmarkSource.parse("built-in").images()).isEqualTo("scenes:1");
    assertThat(BenchmarkSource.parse("easy-vqa:" + set).images()).isEqualTo("easy-vqa:" + set);
    assertThat(BenchmarkSource.parse("nlvr:" + set).images())
        .isEqualTo("nlvr:" + set.resolve("dev"));
    assertThat(BenchmarkSource.parse(set.toString()).images()).isEqualTo("scenes:1");
  }

  @Test
  void open_builtInTwice_isWrittenOnce() throws Exception {
    Benchmark first = BenchmarkSource.parse("built-in").open(temp);
    var written = Files.getLastModifiedTime(first.dir().resolve("questions.jsonl"));

    Benchmark second = BenchmarkSource.parse("built-in").open(temp);

    assertThat(second.questions()).isEqualTo(first.questions());
    assertThat(Files.getLastModifiedTime(second.dir().resolve("questions.jsonl")))
        .isEqualTo(written);
  }

  @Test
  void open_directory_isLoadedWhereItIs() {
    Benchmark written = SceneBenchmark.write(temp.resolve("mine"), 3, 2);

    Benchmark opened = BenchmarkSource.parse(written.dir().toString()).open(temp);

    assertThat(opened).isEqualTo(written);
  }

  @Test
  void open_noNlvrThere_isRefusedWithThePlace() {
    assertThatThrownBy(() -> BenchmarkSource.parse("nlvr:" + temp.resolve("none")).open(temp))
        .isInstanceOf(InputRefusedException.class)
        .hasMessageContaining(temp.resolve("none").resolve("test").toString());
    assertThat(temp).isEmptyDirectory();
  }
}
