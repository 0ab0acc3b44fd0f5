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
 * Answers questions by the choice of least mean loss over its tokens. A question's choices share
 * the tokens of image and question. Stateless but for the model it was given.
 */
public final class ChoiceScorer {

  private final LlavaModel model;
  private final PromptTokenizer tokenizer;

  public ChoiceScorer(LlavaModel model, PromptTokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /**
   * Index of the choice taken, for every question.
   *
   * @param features [B,N,D] of each question's image, before the projector
   */
  public int[] answer(
      NDManager scope, List<BenchmarkQuestion> questions, NDArray features, AdapterView adapter) {
    RowPacker packer = new RowPacker();
    for (BenchmarkQuestion question : questions) {
      packer.row(concatenate(tokenizer.imagePrefix(), tokenizer.question(question.question())));
      for (String choice : question.choices()) {
        packer.segment(new long[0], tokenizer.answer(choice));
      }
    }
    NDArray projected = model.project(features, adapter.projector());
    float[] losses = model.groupLosses(packer.pack(scope), projected, adapter);
    List<Integer> taken = new ArrayList<>();
    int at = 0;
    for (BenchmarkQuestion question : questions) {
      int best = 0;
      for (int i = 1; i < question.choices().size(); i++) {
        if (losses[at + i] < losses[at + best]) {
          best = i;
        }
      }
      taken.add(best);
      at += question.choices().size();
    }
    return taken.stream().mapToInt(Integer::intValue).toArray();
  }

  private static long[] concatenate(long[] first, long[] second) {
    long[] both = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
