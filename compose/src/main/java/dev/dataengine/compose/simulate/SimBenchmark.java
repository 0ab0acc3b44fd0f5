package dev.dataengine.compose.simulate;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkQuestion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Some questions of the types that the rules can write samples of; nobody looks at their images.
 */
final class SimBenchmark {
  static final String NAME = "simulated";
  private static final List<String> TYPES =
      List.of("image_scene", "object_localization", "attribute_recognition");

  private SimBenchmark() {}

  static Benchmark of(int questionsOfAType) {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    for (String type : TYPES) {
      for (int i = 0; i < questionsOfAType; i++) {
        String id = type + "/" + i;
        questions.add(
            new BenchmarkQuestion(
                id,
                "held-out/" + i,
                "images/none.png",
                "f".repeat(64),
                "Which of them is it, in " + id + "?",
                type,
                List.of("one", "two", "three", "four"),
                i % 4));
      }
    }
    return new Benchmark(NAME, "of the simulation", Path.of("."), questions);
  }
}
