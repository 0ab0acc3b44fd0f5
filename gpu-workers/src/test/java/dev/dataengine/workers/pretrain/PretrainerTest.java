package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.LlavaFunctions;
import dev.dataengine.workers.model.LlavaWeights;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.TorchScript;
import dev.dataengine.workers.train.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainerTest {

  private static final int SIDE = 64;

  @TempDir Path temp;

  @BeforeAll
  static void startPyTorch() {
    PyTorch.start();
  }

  /** The left or the right half is bright. */
  private static PretrainExample halves(long index) {
    boolean left = index % 2 == 0;
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
      boolean bright = i % SIDE < SIDE / 2 == left;
      Arrays.fill(rgb, 3 * i, 3 * i + 3, bright ? (byte) 230 : (byte) 20);
    }
    double from = left ? 0 : 0.5;
    return new PretrainExample(
        new RgbImage(SIDE, SIDE, rgb),
        List.of(new PretrainExample.Turn("Which half is bright?", left ? "left" : "right")),
        List.of(new PretrainExample.Region(from, 0, from + 0.5, 1, List.of("bright"))));
  }

  /** The same, asked for otherwise: the third stage has something left to learn. */
  private static PretrainExample sides(long index) {
    PretrainExample halves = halves(index);
    String dark = index % 2 == 0 ? "right" : "left";
    return new PretrainExample(
        halves.image(),
        List.of(new PretrainExample.Turn("Which half is dark?", dark)),
        halves.regions());
  }

  private static PretrainConfig config(int towerSteps, int jointSteps) {
    AdamW optimizer = new AdamW(1e-3, 5, 0.9, 0.98, 1e-8, 0.05, 1);
    return new PretrainConfig(
        7,
        4,
        20,
        Precision.FLOAT32,
        new PretrainConfig.Stage(towerSteps, optimizer),
        new PretrainConfig.Stage(jointSteps, optimizer),
        new PretrainConfig.Stage(jointSteps, optimizer));
  }

  @Test
  void run_sameSeedAndExamples_writesTheSameFiles() throws IOException {
    for (String name : List.of("first", "second")) {
      new Pretrainer(config(2, 2), PretrainerTest::halves, PretrainerTest::halves)
          .run(temp.resolve(name), (stage, step, of, loss) -> {});
    }

    assertThat(digests(temp.resolve("first")))
        .isEqualTo(digests(temp.resolve("second")))
        .anyMatch(line -> line.startsWith("model.safetensors"));
  }

  @Test
  void run_allStages_lowerTheirLoss() throws IOException {
    Map<String, List<Double>> losses = new LinkedHashMap<>();

    new Pretrainer(config(30, 30), PretrainerTest::halves, PretrainerTest::sides)
        .run(
            temp.resolve("model"),
            (stage, step, of, loss) -> {
              assertThat(of).isEqualTo(30);
              losses.computeIfAbsent(stage, s -> new ArrayList<>()).add(loss);
            });

    assertThat(losses).containsOnlyKeys("tower", "existence", "joint");
    assertThat(losses.values())
        .allSatisfy(
            stage -> {
              assertThat(stage).hasSize(30);
              assertThat(stage.get(29)).isLessThan(stage.get(0) / 2);
            });
  }

  @Test
  void run_stages_askForTheirOwnExamples() throws IOException {
    List<String> asked = Collections.synchronizedList(new ArrayList<>());

    new Pretrainer(
            config(1, 1),
            index -> {
              asked.add("existence");
              return halves(index);
            },
            index -> {
              asked.add("all");
              return halves(index);
            })
        .run(temp.resolve("model"), (stage, step, of, loss) -> asked.add(stage));

    int tower = asked.indexOf("tower");
    int existence = asked.indexOf("existence");
    assertThat(tower).isPositive();
    assertThat(asked.subList(0, tower)).containsOnly("all");
    assertThat(existence).isGreaterThan(tower);
    assertThat(asked.subList(asked.lastIndexOf("existence"), asked.size())).contains("all");
  }

  @Test
  void run_noLabelAnywhere_isRefusedBeforeTheFirstStep() {
    LongFunction<PretrainExample> bare =
        index -> new PretrainExample(halves(index).image(), halves(index).turns(), List.of());

    assertThatThrownBy(
            () ->
                new Pretrainer(config(1, 1), bare, bare)
                    .run(temp.resolve("model"), (stage, step, of, loss) -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("regions: expected 1 to 128 labels in the first 20 examples, got 0");
    assertThat(temp.resolve("model")).doesNotExist();
  }

  /** Queries of the second layer after a step, where patches are labelled so. */
  private float[] queries(PromptTokenizer tokenizer, String label) throws IOException {
    LlavaWeights weights = new LlavaWeights(PretrainConfig.architecture());
    float[] values = InitialWeights.draw(weights, 3);
    PretrainConfig config = config(1, 1);
    try (NDManager manager = NDManager.newBaseManager();
        TorchScript functions = LlavaFunctions.compile(manager, PretrainConfig.architecture())) {
      new JointStage(
              config,
              "joint",
              config.joint(),
              PretrainerTest::halves,
              tokenizer,
              ImageProcessor.load(temp.resolve("model")),
              new PatchLabels(List.of(label), 8))
          .run(
              manager,
              functions,
              manager.zeros(new Shape(1)),
              weights,
              values,
              (stage, step, of, loss) -> {});
    }
    LlavaWeights.Named queries =
        weights.find("language_model.model.layers.1.self_attn.q_proj.weight");
    return Arrays.copyOfRange(values, queries.at(), queries.at() + queries.size());
  }

  @Test
  void jointStage_wordThatPatchesBear_movesTheSupervisedHeadOnly() throws IOException {
    Path model = temp.resolve("model");
    new Pretrainer(config(1, 1), PretrainerTest::halves, PretrainerTest::halves)
        .run(model, (stage, step, of, loss) -> {});
    try (PromptTokenizer tokenizer = PromptTokenizer.load(model, PretrainConfig.architecture())) {
      float[] said = queries(tokenizer, "bright");
      float[] unsaid = queries(tokenizer, "dark");
      int head = said.length / 4;
      float[] change = new float[said.length];
      for (int i = 0; i < change.length; i++) {
        change[i] = Math.abs(said[i] - unsaid[i]);
      }

      // the first step of AdamW moves every weight by its rate, one way or the other
      assertThat(mean(Arrays.copyOf(change, head)))
          .isGreaterThan(10 * mean(Arrays.copyOfRange(change, head, change.length)));
    }
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static List<String> digests(Path directory) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        lines.add(file.getFileName() + " " + Sha256.hex(Files.readAllBytes(file)));
      }
    }
    return lines;
  }
}
