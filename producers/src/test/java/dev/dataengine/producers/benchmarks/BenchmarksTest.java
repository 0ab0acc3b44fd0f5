package dev.dataengine.producers.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.producers.images.EasyVqa;
import dev.dataengine.producers.images.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {

  @TempDir Path temp;

  @Test
  void scenes_sixtyOfEveryType_balancedAndReproducible() throws IOException {
    Benchmark benchmark = SceneBenchmark.write(temp.resolve("a"), 1, 60);
    Benchmark again = SceneBenchmark.write(temp.resolve("b"), 1, 60);

    assertThat(again.questions()).isEqualTo(benchmark.questions());
    Map<String, Long> types =
        benchmark.questions().stream()
            .collect(Collectors.groupingBy(BenchmarkQuestion::questionType, Collectors.counting()));
    assertThat(types).hasSize(7);
    assertThat(types.values()).allMatch(n -> n == 60);
    Map<String, Long> answers =
        benchmark.questions().stream()
            .collect(
                Collectors.groupingBy(q -> q.questionType() + q.answer(), Collectors.counting()));
    assertThat(answers.values()).allMatch(n -> n <= 15);
    Map<Integer, Long> letters =
        benchmark.questions().stream()
            .collect(
                Collectors.groupingBy(BenchmarkQuestion::correctChoice, Collectors.counting()));
    assertThat(letters.values()).hasSize(4).allMatch(n -> n > 70 && n < 140);
    for (BenchmarkQuestion question : benchmark.questions()) {
      assertThat(question.choices()).hasSize(4);
      assertThat(Sha256.hex(Files.readAllBytes(benchmark.imageFile(question))))
          .isEqualTo(question.imageSha256());
    }
  }

  @Test
  void easyVqa_heldOutImages_haveAllAnswersInOneOrder() throws IOException {
    Path data = TestData.folder("easy-vqa").resolve("train");
    Benchmark benchmark = EasyVqaBenchmark.write(temp.resolve("easy"), data, 10);

    assertThat(benchmark.questionTypes())
        .containsExactly("colour", "negation", "presence", "shape");
    assertThat(benchmark.questions()).hasSizeBetween(3_500, 4_300);
    assertThat(benchmark.questions()).allMatch(q -> q.choices().equals(EasyVqa.ANSWERS));
    Benchmark few = EasyVqaBenchmark.write(temp.resolve("few"), data, 10, 20);
    assertThat(few.questions()).isEqualTo(benchmark.questions().subList(0, few.questions().size()));
    assertThat(few.questions()).hasSizeBetween(150, 250);
  }

  @Test
  void nlvr_testSplit_givesQuestions() throws IOException {
    Path split = TestData.folder("nlvr").resolve("test");
    Benchmark benchmark = NlvrBenchmark.write(temp.resolve("nlvr"), split, 1, 40);
    assertThat(benchmark.questionTypes()).hasSizeGreaterThanOrEqualTo(5);
    assertThat(benchmark.questions().get(0).imageId()).startsWith("nlvr-test-");
  }

  /** A changed set of data is another benchmark; one that was only moved is not. */
  @Test
  void madeFrom_easyVqaChangedOrMoved_tellsWhich() throws IOException {
    Path data = TestData.folder("easy-vqa").resolve("train");
    Path copy = temp.resolve("copy");
    Files.createDirectories(copy.resolve("images"));
    Files.copy(data.resolve("questions.json"), copy.resolve("questions.json"));
    try (var images = Files.list(data.resolve("images"))) {
      for (Path image : images.toList()) {
        Files.createSymbolicLink(copy.resolve("images").resolve(image.getFileName()), image);
      }
    }
    String before = EasyVqaBenchmark.madeFrom(data, 10, 5).fingerprint();
    assertThat(EasyVqaBenchmark.madeFrom(copy, 10, 5).fingerprint()).isEqualTo(before);
    assertThat(EasyVqaBenchmark.madeFrom(copy, 10, 6).fingerprint()).isNotEqualTo(before);
    assertThat(EasyVqaBenchmark.madeFrom(copy, 11, 5).fingerprint()).isNotEqualTo(before);

    Benchmark made = EasyVqaBenchmark.write(temp.resolve("made"), copy, 10, 5);
    assertThat(Benchmark.madeFrom(made.dir()).orElseThrow().fingerprint()).isEqualTo(before);
    Path asked =
        copy.resolve(Path.of("images", made.questions().get(0).imageId().substring(9) + ".png"));
    Files.delete(asked);
    Files.write(asked, new byte[] {1});
    assertThat(EasyVqaBenchmark.madeFrom(copy, 10, 5).fingerprint()).isNotEqualTo(before);
  }
}
