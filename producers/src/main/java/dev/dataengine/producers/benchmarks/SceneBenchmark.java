package dev.dataengine.producers.benchmarks;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.MadeFrom;
import dev.dataengine.producers.scenes.SceneGenerator;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneSpace;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Questions about built-in scenes that are never published and no model was pretrained on. */
public final class SceneBenchmark {

  /** Its name in events. */
  public static final String NAME = "scenes";

  /** Rises with every change of scenes, rules or choice that makes other questions. */
  private static final String WRITER = "scenes/1";

  /** Questions of each type where nothing else is said. */
  public static final int QUESTIONS_PER_TYPE = 60;

  private SceneBenchmark() {}

  /**
   * Writes the benchmark; the same seed gives the same one.
   *
   * @param dir directory to write, replaced where it is there
   * @param seed seed in {@link SceneSpace#BENCHMARK}
   * @param perType questions of each type
   */
  public static Benchmark write(Path dir, int seed, int perType) {
    SceneGenerator scenes = SceneSpace.BENCHMARK.generator(seed);
    RuleQuestions questions = new RuleQuestions(dir, NAME, scenes.seed(), perType);
    for (int index = 0; !questions.isComplete(); index++) {
      questions.offer(SceneImages.image(scenes.scene(index), Instant.EPOCH));
    }
    return questions.finish(
        "Held-out built-in scenes, seed " + scenes.seed() + "; questions by rule.",
        madeFrom(seed, perType));
  }

  /** What {@link #write} makes it from. */
  public static MadeFrom madeFrom(int seed, int perType) {
    return new MadeFrom(
        "built-in",
        WRITER,
        Map.of("seed", Integer.toString(seed), "questions_per_type", Integer.toString(perType)),
        "");
  }
}
