package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.workers.adapter.AdapterLayout;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.AdapterView;
import dev.dataengine.workers.model.Batch;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PrecisionChoice;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The scorer against an oracle that knows nothing of rows, segments and groups: for each choice the
 * logits over the whole prompt in a row of its own, and the mean loss of the answer's tokens by the
 * definition of softmax, in doubles. The logits themselves are held to transformers' elsewhere.
 */
class ChoiceScorerTest {

  private static final Path MODEL = Path.of("models/tiny-llava");

  private NDManager manager;
  private LlavaModel model;
  private PromptTokenizer tokenizer;

  @BeforeEach
  void open() throws IOException {
    PyTorch.start();
    manager = NDManager.newBaseManager();
    model = LlavaModel.load(manager, MODEL, PrecisionChoice.FLOAT32);
    tokenizer = PromptTokenizer.load(MODEL, model.config());
  }

  @AfterEach
  void close() {
    tokenizer.close();
    model.close();
    manager.close();
  }

  private static BenchmarkQuestion question(String text, String... choices) {
    return new BenchmarkQuestion(
        text, "image", "image.png", "a".repeat(64), text, "type", List.of(choices), 0);
  }

  private static final List<BenchmarkQuestion> QUESTIONS =
      List.of(
          question("What color is the circle?", "red", "green", "blue", "a dark gray with spots"),
          question("How many squares are there?", "11", "3", "none at all", "2", "one"),
          question("Is there a star?", "yes", "no"),
          question("Where is the triangle?", "on the left", "on the right", "at the top"),
          question("What shape is it?", "a very small purple star", "square", "circle"),
          question("Is there a red circle?", "no", "yes"),
          question("What is it?", "qx", "there is a red circle and a red circle and a red circle"),
          question("Why?", "zw", "vk", "a square on the left of a square on the left of a square"));

  private NDArray features(NDManager scope, int images) {
    int side = model.config().vision().imageSize();
    float[] pixels = new float[images * 3 * side * side];
    Random random = new Random(11);
    for (int i = 0; i < pixels.length; i++) {
      // patches of one value, so that images differ for the tower
      pixels[i] = i % 97 == 0 ? 2 * random.nextFloat() - 1 : pixels[Math.max(0, i - 1)];
    }
    return model.visionFeatures(Tensors.of(scope, pixels, images, 3, side, side));
  }

  private LoadedAdapter adapter(double size) {
    LoraConfig lora =
        new LoraConfig(3, 7, 0, List.of("q_proj", "v_proj", "o_proj", "up_proj"), true);
    AdapterLayout layout = new AdapterLayout(model.config(), lora);
    float[] values = new float[layout.size()];
    Random random = new Random(5);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (size * random.nextGaussian());
    }
    return LoadedAdapter.of(manager, model, layout, values);
  }

  @Test
  void answer_anyQuestions_takesTheChoiceOfLeastMeanLoss() throws Exception {
    Set<Integer> places = new HashSet<>();
    boolean sumWouldDiffer = false;
    try (LoadedAdapter none = LoadedAdapter.none(manager, model);
        LoadedAdapter adapted = adapter(0.05)) {
      for (LoadedAdapter adapter : List.of(none, adapted)) {
        List<List<BenchmarkQuestion>> byImage =
            List.of(QUESTIONS.subList(0, 3), QUESTIONS.subList(3, 8), QUESTIONS.subList(1, 4));
        NDArray features = features(manager, 3);
        NDList rows = model.functions().call("rows").with(features).runForList();
        int[] taken =
            new ChoiceScorer(model, tokenizer).answer(manager, byImage, features, adapter.view());
        int at = 0;
        for (int image = 0; image < 3; image++) {
          NDArray own = model.stack(List.of(rows.get(image)));
          for (BenchmarkQuestion question : byImage.get(image)) {
            double[] sums = sums(question, own, adapter.view());
            double[] means = sums.clone();
            for (int k = 0; k < means.length; k++) {
              means[k] /= tokenizer.answer(question.choices().get(k)).length;
            }
            // a row's arithmetic is another's, so two that are as good may change places
            assertThat(means[taken[at++]])
                .as(question.question())
                .isLessThan(means[least(means)] + 5e-4);
            places.add(least(means));
            sumWouldDiffer |= least(sums) != least(means);
          }
        }
        assertThat(at).isEqualTo(taken.length);
      }
    }
    // otherwise a scorer of another kind would pass
    assertThat(places).hasSizeGreaterThan(2);
    assertThat(sumWouldDiffer).isTrue();
  }

  @Test
  void groupLosses_ofAPackedRow_areTheMeanLossesOfItsAnswers() throws Exception {
    try (LoadedAdapter adapted = adapter(0.05)) {
      BenchmarkQuestion question = QUESTIONS.get(1);
      NDArray features = features(manager, 1);
      double[] sums = sums(question, features, adapted.view());
      var packer =
          new dev.dataengine.workers.model.RowPacker()
              .row(tokenizer.imagePrefix())
              .segment(
                  tokenizer.question(question.question()),
                  question.choices().stream().map(tokenizer::answer).toList());

      float[] losses =
          model.groupLosses(
              packer.pack(manager),
              model.project(features, adapted.view().projector()),
              adapted.view());

      for (int k = 0; k < losses.length; k++) {
        int length = tokenizer.answer(question.choices().get(k)).length;
        assertThat((double) losses[k]).isCloseTo(sums[k] / length, within(2e-4));
      }
    }
  }

  @Test
  void answer_weightsThatGiveNoNumbers_isAnErrorAndNotTheFirstChoice() throws Exception {
    try (LoadedAdapter broken = adapter(1e30)) {
      NDArray features = features(manager, 1);

      assertThatThrownBy(
              () ->
                  new ChoiceScorer(model, tokenizer)
                      .answer(manager, List.of(QUESTIONS), features, broken.view()))
          .isInstanceOf(UnfitVersionException.class)
          .hasMessageStartingWith("question What color is the circle?, choice 0: expected a loss");
    }
  }

  private static int least(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] < values[best] ? i : best;
    }
    return best;
  }

  /** Loss of every choice, added up over its tokens. */
  private double[] sums(BenchmarkQuestion question, NDArray features, AdapterView adapter) {
    return question.choices().stream()
        .mapToDouble(choice -> sum(question.question(), choice, features, adapter))
        .toArray();
  }

  private double sum(String question, String choice, NDArray features, AdapterView adapter) {
    List<Long> ids = new ArrayList<>();
    for (long[] part :
        List.of(tokenizer.imagePrefix(), tokenizer.question(question), tokenizer.answer(choice))) {
      Arrays.stream(part).forEach(ids::add);
    }
    int answer = tokenizer.answer(choice).length;
    int length = ids.size();
    long[] tokens = ids.stream().mapToLong(Long::longValue).toArray();
    long[] positions = new long[length];
    Arrays.setAll(positions, i -> i);
    try (NDManager scope = manager.newSubManager()) {
      NDArray zeros = Tensors.of(scope, new long[length], 1, length);
      NDArray none = Tensors.of(scope, new long[1], 1);
      Batch batch =
          new Batch(
              Tensors.of(scope, tokens, 1, length),
              Tensors.of(scope, positions, 1, length),
              zeros,
              Tensors.of(scope, new long[length], 1, length),
              none,
              none,
              none,
              none);
      NDArray image = model.project(features, adapter.projector());
      image.attach(scope);
      NDArray logits = model.logits(batch, image, adapter);
      logits.attach(scope);
      float[] all = Tensors.floats(logits);
      int vocabulary = model.config().text().vocabularySize();
      double sum = 0;
      for (int i = length - answer; i < length; i++) {
        sum -= logProbability(all, (i - 1) * vocabulary, vocabulary, (int) tokens[i]);
      }
      return sum;
    }
  }

  private static double logProbability(float[] logits, int from, int count, int token) {
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += Math.exp(logits[from + i]);
    }
    return logits[from + token] - Math.log(total);
  }
}
