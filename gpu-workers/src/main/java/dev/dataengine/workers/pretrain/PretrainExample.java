package dev.dataengine.workers.pretrain;

import dev.dataengine.workers.image.RgbImage;
import java.util.List;

/**
 * An image with questions about it.
 *
 * @param image its pixels
 * @param turns questions with their answers, at least one
 */
public record PretrainExample(RgbImage image, List<Turn> turns) {

  /** A question and its answer. */
  public record Turn(String question, String answer) {}

  public PretrainExample {
    turns = List.copyOf(turns);
    if (turns.isEmpty()) {
      throw new IllegalArgumentException("turns: expected at least one, got none");
    }
  }
}
