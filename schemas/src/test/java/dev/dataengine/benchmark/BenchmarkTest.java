package dev.dataengine.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkTest {

  @TempDir Path temp;

  private Benchmark written() {
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("b"));
    for (int i = 0; i < 3; i++) {
      writer.add(
          "q" + i,
          "image/1",
          new byte[] {1, 2, 3},
          "png",
          "What is it?",
          "kind",
          List.of("a", "b"),
          1);
    }
    return writer.finish("small", "Three questions.");
  }

  @Test
  void finish_questions_areReadBackAsWritten() {
    Benchmark benchmark = written();

    assertThat(benchmark.name()).isEqualTo("small");
    assertThat(benchmark.questions()).hasSize(3);
    assertThat(benchmark.questions().get(2))
        .isEqualTo(
            new BenchmarkQuestion(
                "q2",
                "image/1",
                "images/image_1.png",
                Sha256.hex(new byte[] {1, 2, 3}),
                "What is it?",
                "kind",
                List.of("a", "b"),
                1));
    assertThat(benchmark.imageFile(benchmark.questions().get(0)))
        .hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(temp.resolve("b.partial")).doesNotExist();
  }

  @Test
  void finish_directoryThatIsThere_isReplaced() {
    written();
    assertThat(written().questions()).hasSize(3);
  }

  @Test
  void load_lineWithoutChoices_isRefusedWithFileLineReasonAndRemedy() throws IOException {
    Path file = written().dir().resolve("questions.jsonl");
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(0), lines.get(1).replace("\"a\",\"b\"", "\"a\"")));

    assertThatThrownBy(() -> Benchmark.load(temp.resolve("b")))
        .isInstanceOf(BenchmarkException.class)
        .hasMessage(
            file
                + ", line 2: choices: expected at least two different answers, got [a]"
                + "; correct or remove the line");
  }

  @Test
  void load_noDirectory_isRefused() {
    assertThatThrownBy(() -> Benchmark.load(temp.resolve("none")))
        .hasMessage(
            temp.resolve("none").resolve("benchmark.json")
                + ": there is no such file; point to a benchmark's directory");
  }

  @Test
  void load_idUsedTwice_isRefused() throws IOException {
    Path file = written().dir().resolve("questions.jsonl");
    Files.writeString(file, Files.readString(file).replace("q1", "q0"));

    assertThatThrownBy(() -> Benchmark.load(temp.resolve("b")))
        .hasMessageContaining("line 2: question_id: 'q0' was used before");
  }

  @Test
  void load_imageOutsideOfTheDirectory_isRefused() throws IOException {
    Path file = written().dir().resolve("questions.jsonl");
    Files.writeString(file, Files.readString(file).replace("images/image_1", "../x"));

    assertThatThrownBy(() -> Benchmark.load(temp.resolve("b")))
        .hasMessageContaining("line 1: image: expected a path inside");
  }
}
