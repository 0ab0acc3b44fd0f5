package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.Precision;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.train.AdamW;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
          .run(temp.resolve(name), (stage, step, loss) -> {});
    }

    assertThat(digests(temp.resolve("first")))
        .isEqualTo(digests(temp.resolve("second")))
        .anyMatch(line -> line.startsWith("model.safetensors"));
  }

  @Test
  void run_allStages_lowerTheirLoss() throws IOException {
    List<Double> tower = new ArrayList<>();
    List<Double> joint = new ArrayList<>();

    new Pretrainer(config(30, 30), PretrainerTest::halves, PretrainerTest::halves)
        .run(
            temp.resolve("model"),
            (stage, step, loss) -> (stage.equals("tower") ? tower : joint).add(loss));

    assertThat(tower).hasSize(30);
    assertThat(tower.get(29)).isLessThan(tower.get(0) / 2);
    assertThat(joint).hasSize(60); // both stages of every weight
    assertThat(joint.get(59)).isLessThan(joint.get(0) / 2);
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
