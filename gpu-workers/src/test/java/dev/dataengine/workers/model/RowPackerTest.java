package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RowPackerTest {

  @Test
  void pack_segmentsOfOneRow_giveTheLossesOfRowsOfTheirOwn() throws Exception {
    List<String> questions = List.of("What color is the circle?", "How many are there?", "Why?");
    List<String> answers = List.of("red", "3", "a small gray star");
    assertSameLosses(
        tokenizer -> {
          RowPacker packer = new RowPacker().row(tokenizer.imagePrefix());
          for (int i = 0; i < questions.size(); i++) {
            packer.segment(tokenizer.question(questions.get(i)), tokenizer.answer(answers.get(i)));
          }
          return packer;
        },
        tokenizer -> {
          RowPacker packer = new RowPacker();
          for (int i = 0; i < questions.size(); i++) {
            packer
                .row(tokenizer.imagePrefix())
                .segment(tokenizer.question(questions.get(i)), tokenizer.answer(answers.get(i)));
          }
          return packer;
        },
        3);
  }

  @Test
  void pack_alternativeAnswersOfOneQuestion_giveTheLossesOfRowsOfTheirOwn() throws Exception {
    List<String> questions = List.of("How many squares are there?", "What color is the circle?");
    List<String> answers = List.of("red", "a small gray star", "blue");
    assertSameLosses(
        tokenizer -> {
          RowPacker packer = new RowPacker().row(tokenizer.imagePrefix());
          List<long[]> all = answers.stream().map(tokenizer::answer).toList();
          questions.forEach(question -> packer.segment(tokenizer.question(question), all));
          return packer;
        },
        tokenizer -> {
          RowPacker packer = new RowPacker();
          for (String question : questions) {
            for (String answer : answers) {
              packer
                  .row(tokenizer.imagePrefix())
                  .segment(tokenizer.question(question), tokenizer.answer(answer));
            }
          }
          return packer;
        },
        6);
  }

  /** One row about an image must give what {@code rows} rows about the same image give. */
  private static void assertSameLosses(
      Function<PromptTokenizer, RowPacker> shared,
      Function<PromptTokenizer, RowPacker> apart,
      int rows)
      throws Exception {
    PyTorch.start();
    Path directory = Path.of("models/tiny-llava");
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, directory, PrecisionChoice.FLOAT32);
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, model.config());
        LoadedAdapter none = LoadedAdapter.none(manager, model)) {
      float[][] losses = new float[2][];
      for (int way = 0; way < 2; way++) {
        int side = model.config().vision().imageSize();
        NDArray pixels = manager.ones(new Shape(way == 0 ? 1 : rows, 3, side, side));
        NDArray image = model.project(model.visionFeatures(pixels), model.projector());
        Batch batch = (way == 0 ? shared : apart).apply(tokenizer).pack(manager);
        losses[way] = model.groupLosses(batch, image, none.view());
      }
      assertThat(losses[0]).hasSize(rows).containsExactly(losses[1], within(2e-4f));
    }
  }

  @Test
  void pack_rowOfPrefixAndSegment_predictsEveryTokenOfTheAnswerFromTheOneBefore() {
    PyTorch.start();
    try (NDManager manager = NDManager.newBaseManager()) {
      Batch batch =
          new RowPacker()
              .row(new long[] {1, 9, 9})
              .segment(new long[] {4}, new long[] {5, 2})
              .segment(new long[0], new long[] {6, 7, 2})
              .pack(manager);

      assertThat(batch.ids().toLongArray()).containsExactly(1, 9, 9, 4, 5, 6, 7);
      assertThat(batch.positions().toLongArray()).containsExactly(0, 1, 2, 3, 4, 3, 4);
      assertThat(batch.segments().toLongArray()).containsExactly(0, 0, 0, 1, 2, 4, 4);
      assertThat(batch.parents().toLongArray()).containsExactly(0, 0, 0, 0, 1, 3, 3);
      assertThat(batch.sources().toLongArray()).containsExactly(3, 4, 2, 5, 6);
      assertThat(batch.targets().toLongArray()).containsExactly(5, 2, 6, 7, 2);
      assertThat(batch.groups().toLongArray()).containsExactly(0, 0, 1, 1, 1);
      assertThat(Tensors.floats(batch.groupSizes())).containsExactly(2f, 3f);
    }
  }

  @Test
  void segment_emptyAnswer_isRefused() {
    RowPacker packer = new RowPacker().row(new long[] {1});

    assertThatThrownBy(() -> packer.segment(new long[] {2}, new long[0]))
        .hasMessage("answer: expected at least one token, got none");
  }
}
