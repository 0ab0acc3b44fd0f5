package dev.dataengine.workers.pretrain;

import dev.dataengine.workers.image.RgbImage;
import java.util.List;

/**
 * An image with questions about it.
 *
 * @param image its pixels
 * @param turns questions with their answers, at least one
 * @param regions what is where: teaches the vision tower before there is a decoder to learn from,
 *     and later the decoder where to attend
 */
public record PretrainExample(RgbImage image, List<Turn> turns, List<Region> regions) {

  /** A question and its answer. */
  public record Turn(String question, String answer) {}

  /**
   * A labelled box, in shares of the image's sides, 0 to 1.
   *
   * @param labels any words; the same word means the same in every example
   */
  public record Region(double left, double top, double right, double bottom, List<String> labels) {
    public Region {
      labels = List.copyOf(labels);
    }
  }

  public PretrainExample {
    turns = List.copyOf(turns);
    regions = List.copyOf(regions);
    if (turns.isEmpty()) {
      throw new IllegalArgumentException("turns: expected at least one, got none");
    }
  }
}
