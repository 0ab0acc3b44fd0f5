package dev.dataengine.producers.benchmarks;

import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkWriter;
import dev.dataengine.benchmark.MadeFrom;
import dev.dataengine.benchmark.Sha256;
import dev.dataengine.producers.images.EasyVqa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The held-out images of easy-VQA with their questions; every question has all 13 answers. */
public final class EasyVqaBenchmark {

  /** Its name in events. */
  public static final String NAME = "easy-vqa";

  /** Rises with every change of choice that makes other questions. */
  private static final String WRITER = "easy-vqa/1";

  private EasyVqaBenchmark() {}

  /** All held-out images: some 400 with 3,850 questions where a tenth is held out. */
  public static Benchmark write(Path dir, Path easyVqa, int heldOutPercent) throws IOException {
    return write(dir, easyVqa, heldOutPercent, Integer.MAX_VALUE);
  }

  /**
   * Writes the benchmark.
   *
   * @param dir directory to write, replaced where it is there
   * @param easyVqa folder with questions.json and images/
   * @param heldOutPercent share of the images, 1 to 99; the publisher of the training images holds
   *     out {@link dev.dataengine.producers.images.ImageSources#EASY_VQA_HELD_OUT_PERCENT}
   * @param maxImages held-out images asked about, about ten questions each; the first by number
   * @throws dev.dataengine.producers.images.InputRefusedException where the folder is malformed
   */
  public static Benchmark write(Path dir, Path easyVqa, int heldOutPercent, int maxImages)
      throws IOException {
    EasyVqa data = new EasyVqa(easyVqa);
    MadeFrom madeFrom = madeFrom(data, easyVqa, heldOutPercent, maxImages);
    BenchmarkWriter out = new BenchmarkWriter(dir);
    for (int image : asked(data, heldOutPercent, maxImages)) {
      byte[] file = Files.readAllBytes(data.imageFile(image));
      List<EasyVqa.Question> questions = data.questions(image);
      for (int i = 0; i < questions.size(); i++) {
        EasyVqa.Question question = questions.get(i);
        out.add(
            NAME + "/" + image + "/" + i,
            EasyVqa.imageId(image),
            file,
            "png",
            question.text(),
            question.type(),
            EasyVqa.ANSWERS,
            EasyVqa.ANSWERS.indexOf(question.answer()));
      }
    }
    return out.finish(
        NAME,
        "easy-VQA (Victor Zhou, MIT): %d %% of the images, held out.".formatted(heldOutPercent),
        madeFrom);
  }

  private static List<Integer> asked(EasyVqa data, int heldOutPercent, int maxImages) {
    List<Integer> images = data.images(true, heldOutPercent);
    return images.subList(0, Math.min(maxImages, images.size()));
  }

  /**
   * What {@link #write} makes it from. Reads the questions and the images that are asked about.
   *
   * @throws dev.dataengine.producers.images.InputRefusedException where the folder is malformed
   */
  public static MadeFrom madeFrom(Path easyVqa, int heldOutPercent, int maxImages)
      throws IOException {
    return madeFrom(new EasyVqa(easyVqa), easyVqa, heldOutPercent, maxImages);
  }

  private static MadeFrom madeFrom(EasyVqa data, Path easyVqa, int heldOutPercent, int maxImages)
      throws IOException {
    List<Path> files = new ArrayList<>(List.of(data.questionsFile()));
    asked(data, heldOutPercent, maxImages).forEach(image -> files.add(data.imageFile(image)));
    return new MadeFrom(
        easyVqa.toString(),
        WRITER,
        Map.of(
            "held_out_percent", Integer.toString(heldOutPercent),
            "max_images", Integer.toString(maxImages)),
        Sha256.hex(data.questionsFile().resolveSibling(""), files));
  }
}
