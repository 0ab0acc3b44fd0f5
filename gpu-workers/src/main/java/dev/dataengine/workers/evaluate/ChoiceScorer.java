package dev.dataengine.workers.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.benchmark.BenchmarkQuestion;
import dev.dataengine.workers.model.AdapterView;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.model.RowPacker;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers questions by the choice of least mean loss over its tokens. All questions about an image
 * share its tokens, and a question's choices share the question's. Stateless but for the model it
 * was given.
 */
public final class ChoiceScorer {

  private final LlavaModel model;
  private final PromptTokenizer tokenizer;

  public ChoiceScorer(LlavaModel model, PromptTokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * Index of the choice taken, for every question of every image in their order.
   *
   * @param byImage the questions about each image
   * @param features [B,N,D] of the images, before the projector
   * @throws UnfitVersionException where the loss of a choice is no finite number
   */
  public int[] answer(
      NDManager scope, List<List<BenchmarkQuestion>> byImage, NDArray features, AdapterView adapter)
      throws UnfitVersionException {
    RowPacker packer = new RowPacker();
    for (List<BenchmarkQuestion> questions : byImage) {
      packer.row(tokenizer.imagePrefix());
      for (BenchmarkQuestion question : questions) {
        packer.segment(
            tokenizer.question(question.question()),
            question.choices().stream().map(tokenizer::answer).toList());
      }
    }
    NDArray projected = model.project(features, adapter.projector());
    float[] losses = model.groupLosses(packer.pack(scope), projected, adapter);
    List<Integer> taken = new ArrayList<>();
    int at = 0;
    for (List<BenchmarkQuestion> questions : byImage) {
      for (BenchmarkQuestion question : questions) {
        int choices = question.choices().size();
        requireFinite(losses, at, question);
        taken.add(least(losses, at, choices));
        at += choices;
      }
    }
    return taken.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Comparisons with what is no number are false, which would make it choice 0. */
  private static void requireFinite(float[] losses, int at, BenchmarkQuestion question)
      throws UnfitVersionException {
    for (int i = 0; i < question.choices().size(); i++) {
      if (!Float.isFinite(losses[at + i])) {
        throw new UnfitVersionException(
            "question %s, choice %d: expected a loss, got %s: the weights are no model's"
                .formatted(question.questionId(), i, losses[at + i]));
      }
    }
  }

  private static int least(float[] losses, int at, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      if (losses[at + i] < losses[at + best]) {
        best = i;
      }
    }
    return best;
  }
}
