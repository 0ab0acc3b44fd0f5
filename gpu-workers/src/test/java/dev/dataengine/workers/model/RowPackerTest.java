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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RowPackerTest {

  @Test
  void pack_segmentsOfOneRow_giveTheLossesOfRowsOfTheirOwn() throws Exception {
    PyTorch.start();
    Path directory = Path.of("models/tiny-llava");
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, directory, PrecisionChoice.FLOAT32);
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, model.config());
        LoadedAdapter none = LoadedAdapter.none(manager, model)) {
      long[] prefix = tokenizer.imagePrefix();
      String[] questions = {"What color is the circle?", "How many squares are there?", "Why?"};
      String[] answers = {"red", "3", "a small gray star"};
      RowPacker shared = new RowPacker().row(prefix);
      RowPacker apart = new RowPacker();
      for (int i = 0; i < questions.length; i++) {
        shared.segment(tokenizer.question(questions[i]), tokenizer.answer(answers[i]));
        apart.row(prefix).segment(tokenizer.question(questions[i]), tokenizer.answer(answers[i]));
      }
      int side = model.config().vision().imageSize();
      NDArray one = model.visionFeatures(manager.ones(new Shape(1, 3, side, side)));
      NDArray three = model.visionFeatures(manager.ones(new Shape(3, 3, side, side)));

      float[] together =
          model.groupLosses(
              shared.pack(manager), model.project(one, model.projector()), none.view());
      float[] separately =
          model.groupLosses(
              apart.pack(manager), model.project(three, model.projector()), none.view());

      assertThat(together).hasSize(3);
      assertThat(together).containsExactly(separately, within(2e-4f));
    }
  }

  @Test
  void pack_alternativeAnswersOfOneQuestion_giveTheLossesOfRowsOfTheirOwn() throws Exception {
    PyTorch.start();
    Path directory = Path.of("models/tiny-llava");
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, directory, PrecisionChoice.FLOAT32);
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, model.config());
        LoadedAdapter none = LoadedAdapter.none(manager, model)) {
      long[] prefix = tokenizer.imagePrefix();
      long[] first = tokenizer.question("How many squares are there?");
      long[] second = tokenizer.question("What color is the circle?");
      List<long[]> answers =
          Stream.of("red", "a small gray star", "blue").map(tokenizer::answer).toList();
      RowPacker shared =
          new RowPacker().row(prefix).segment(first, answers).segment(second, answers);
      RowPacker apart = new RowPacker();
      for (long[] question : List.of(first, second)) {
        answers.forEach(answer -> apart.row(prefix).segment(question, answer));
      }
      int side = model.config().vision().imageSize();
      NDArray one = model.visionFeatures(manager.ones(new Shape(1, 3, side, side)));
      NDArray six = model.visionFeatures(manager.ones(new Shape(6, 3, side, side)));

      float[] together =
          model.groupLosses(
              shared.pack(manager), model.project(one, model.projector()), none.view());
      float[] separately =
          model.groupLosses(
              apart.pack(manager), model.project(six, model.projector()), none.view());

      assertThat(together).containsExactly(separately, within(2e-4f));
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
