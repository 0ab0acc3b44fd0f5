package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.benchmark.Benchmark;
import dev.dataengine.benchmark.BenchmarkException;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.benchmark.BenchmarkWriter;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkEvaluatorTest {

  private static final Path MODEL = Path.of("models/tiny-llava");
  private static final List<Color> COLORS = List.of(Color.RED, Color.GREEN, Color.BLUE);

  @TempDir Path temp;
  private NDManager manager;
  private LlavaModel model;
  private PromptTokenizer tokenizer;
  private ImageProcessor processor;
  private LoadedAdapter none;
  private Benchmark benchmark;

  @BeforeEach
  void open() throws IOException {
    PyTorch.start();
    manager = NDManager.newBaseManager();
    model = LlavaModel.load(manager, MODEL, PrecisionChoice.FLOAT32);
    tokenizer = PromptTokenizer.load(MODEL, model.config());
    processor = ImageProcessor.load(MODEL);
    none = LoadedAdapter.none(manager, model);
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("benchmark"));
    for (int i = 0; i < COLORS.size(); i++) {
      byte[] png = square(COLORS.get(i));
      for (int k = 0; k < 10; k++) {
        writer.add(
            i + "/" + k,
            "image-" + i,
            png,
            "png",
            k % 2 == 0 ? "What color is the square?" : "How many squares are there? " + k,
            k % 2 == 0 ? "attribute_recognition" : "object_localization",
            k % 2 == 0 ? List.of("red", "green", "blue", "brown") : List.of("1", "2", "3", "0"),
            0);
      }
    }
    benchmark = writer.finish("squares", "Three squares");
  }

  @AfterEach
  void close() {
    none.close();
    tokenizer.close();
    model.close();
    manager.close();
  }

  private static byte[] square(Color color) throws IOException {
    BufferedImage image = new BufferedImage(192, 192, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.WHITE);
    pen.fillRect(0, 0, 192, 192);
    pen.setColor(color);
    pen.fillRect(60, 60, 50, 50);
    pen.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  @Test
  void next_questionsThatShareImages_areEachAnsweredOnceAsIfAlone() throws Exception {
    Map<String, Integer> answers = new HashMap<>();
    try (BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(manager, model, tokenizer, processor, benchmark, 12);
        Answering answering = evaluator.begin(none)) {
      for (List<Answer> some = answering.next(); !some.isEmpty(); some = answering.next()) {
        assertThat(some).hasSizeBetween(1, 12 + 8);
        for (Answer answer : some) {
          assertThat(answers.put(answer.question().questionId(), answer.taken())).isNull();
        }
      }
      assertThat(answering.next()).isEmpty();
    }

    assertThat(answers).hasSize(30);
    for (BenchmarkQuestion question : benchmark.questions()) {
      assertThat(answers).containsEntry(question.questionId(), alone(question));
    }
  }

  @Test
  void open_imageThatIsNotTheOneOfItsSha256_isRefusedNamingQuestionAndFile() throws Exception {
    Path file = benchmark.imageFile(benchmark.questions().get(0));
    Files.write(file, square(Color.BLACK));
    try (BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(manager, model, tokenizer, processor, benchmark, 100);
        Answering answering = evaluator.begin(none)) {
      assertThatThrownBy(answering::next)
          .isInstanceOf(BenchmarkException.class)
          .hasMessageContaining(", question 0/")
          .hasMessageContaining("expected sha256 " + benchmark.questions().get(0).imageSha256());
    }
  }

  @Test
  void open_questionLongerThanTheModelTakes_isRefusedNamingIt() throws IOException {
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("long"));
    writer.add(
        "long", "image", square(Color.RED), "png", "why ".repeat(2000), "t", List.of("a", "b"), 0);
    Benchmark longer = writer.finish("long", "A long question");

    assertThatThrownBy(
            () -> new BenchmarkEvaluator(manager, model, tokenizer, processor, longer, 8))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining("question long: expected at most")
        .hasMessageEndingWith("correct or remove it");
  }

  /** Early answers speak for all: those of the first images are not all of one kind. */
  @Test
  void next_images_comeInAnotherOrderThanTheBenchmarks() throws Exception {
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("many"));
    for (int i = 0; i < 12; i++) {
      byte[] png = square(new Color(20 * i, 0, 0));
      writer.add("q" + i, "image" + i, png, "png", "What?", "t", List.of("a", "b"), 0);
    }
    Benchmark many = writer.finish("many", "Twelve squares");

    List<String> order = new ArrayList<>();
    try (BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(manager, model, tokenizer, processor, many, 5);
        Answering answering = evaluator.begin(none)) {
      for (List<Answer> some = answering.next(); !some.isEmpty(); some = answering.next()) {
        some.forEach(answer -> order.add(answer.question().questionId()));
      }
    }

    List<String> ofTheBenchmark =
        many.questions().stream().map(BenchmarkQuestion::questionId).toList();
    assertThat(order).containsExactlyInAnyOrderElementsOf(ofTheBenchmark);
    assertThat(order).isNotEqualTo(ofTheBenchmark);
  }

  @Test
  void next_longQuestionsOfOneImage_areNotAllInOneRow() throws Exception {
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("wordy"));
    String wordy = "what is the color of the square ".repeat(4);
    for (int i = 0; i < 8; i++) {
      writer.add(
          "q" + i,
          "image",
          square(Color.RED),
          "png",
          wordy + i,
          "t",
          List.of(wordy + "a", wordy + "b", wordy + "c", wordy + "d"),
          0);
    }
    Benchmark wordyOnes = writer.finish("wordy", "Long questions");
    int tokens = tokenizer.question(wordy + 1).length + 4 * tokenizer.answer(wordy + "a").length;

    List<Integer> rows = new ArrayList<>();
    try (BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(manager, model, tokenizer, processor, wordyOnes, 1);
        Answering answering = evaluator.begin(none)) {
      for (List<Answer> row = answering.next(); !row.isEmpty(); row = answering.next()) {
        rows.add(row.size());
      }
    }

    assertThat(rows.stream().mapToInt(Integer::intValue).sum()).isEqualTo(8);
    int most = 1024 / tokens;
    assertThat(rows).allMatch(size -> size <= most).contains(most);
  }

  @Test
  void next_latency_isThatOfOneQuestionInMicroseconds() throws Exception {
    try (BenchmarkEvaluator evaluator =
            new BenchmarkEvaluator(manager, model, tokenizer, processor, benchmark, 30);
        Answering answering = evaluator.begin(none)) {
      long start = System.nanoTime();
      List<Answer> answers = answering.next();
      long took = (System.nanoTime() - start) / 1_000;

      long all = answers.stream().mapToLong(Answer::latencyMicros).sum();
      assertThat(answers).hasSize(30);
      assertThat(all).isBetween(took / 2, took);
    }
  }

  @Test
  void open_choicesThatAreTooLongTogether_areRefusedWithTheFigures() throws IOException {
    String wordy = "what is the color of the square ".repeat(10);
    List<String> choices = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      choices.add(wordy + i);
    }
    BenchmarkWriter writer = new BenchmarkWriter(temp.resolve("choices"));
    writer.add("q", "image", square(Color.RED), "png", "What?", "t", choices, 0);
    Benchmark many = writer.finish("choices", "Long choices");
    int own = tokenizer.question("What?").length;
    int all = own + choices.stream().mapToInt(choice -> tokenizer.answer(choice).length).sum();
    int longest =
        own + choices.stream().mapToInt(choice -> tokenizer.answer(choice).length).max().orElse(0);
    int room = model.config().text().maxPositions() - tokenizer.imagePrefix().length;

    assertThatThrownBy(() -> new BenchmarkEvaluator(manager, model, tokenizer, processor, many, 8))
        .isInstanceOf(BenchmarkException.class)
        .hasMessageContaining(
            "expected at most %d tokens of question and choice, and 1024 of question and choices, got %d and %d"
                .formatted(room, longest, all));
  }

  private int alone(BenchmarkQuestion question) throws Exception {
    int side = processor.side();
    try (NDManager scope = manager.newSubManager()) {
      float[] pixels =
          processor.process(RgbImage.decode(Files.readAllBytes(benchmark.imageFile(question))));
      NDArray features = model.visionFeatures(Tensors.of(scope, pixels, 1, 3, side, side));
      return new ChoiceScorer(model, tokenizer)
          .answer(scope, List.of(List.of(question)), features, none.view())[0];
    }
  }
}
