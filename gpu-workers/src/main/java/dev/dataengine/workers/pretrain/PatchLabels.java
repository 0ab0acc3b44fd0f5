package dev.dataengine.workers.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.tensor.Tensors;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Which labels each patch of an image bears: those of the regions that cover a quarter of it or
 * have their centre in it.
 */
final class PatchLabels {

  private static final double COVERED = 0.25;

  private final List<String> labels;
  private final int side;

  /**
   * @param labels all that may come
   * @param side patches along each side of an image
   */
  PatchLabels(Collection<String> labels, int side) {
    this.labels = List.copyOf(new TreeSet<>(labels));
    this.side = side;
  }

  /** How many labels there are. */
  int size() {
    return labels.size();
  }

  /** In the order of a patch's values. */
  List<String> all() {
    return labels;
  }

  /**
   * The label that each token of a vocabulary speaks of, or -1: those that are a label as one word,
   * or a label and an s. A word that also means something else ("to the left of") counts too.
   */
  long[] tokens(PromptTokenizer tokenizer, int vocabulary) {
    long[] tokens = new long[vocabulary];
    Arrays.fill(tokens, -1);
    for (int label = 0; label < labels.size(); label++) {
      for (String word : List.of(labels.get(label), labels.get(label) + "s")) {
        OptionalInt token = tokenizer.word(word);
        if (token.isPresent()) {
          tokens[token.getAsInt()] = label;
        }
      }
    }
    return tokens;
  }

  /** The marks of several images, [images, patches, labels]. */
  NDArray tensor(NDManager manager, float[] marks) {
    return Tensors.of(manager, marks, marks.length / length(), (long) side * side, labels.size());
  }

  /** Values of an image: a row of {@link #size} for each patch. */
  int length() {
    return side * side * labels.size();
  }

  /** Writes 1 for what each patch bears into an array of zeros, from {@code at} on. */
  void mark(List<PretrainExample.Region> regions, float[] into, int at) {
    for (PretrainExample.Region region : regions) {
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          if (bears(region, x, y)) {
            set(region.labels(), into, at + (y * side + x) * labels.size());
          }
        }
      }
    }
  }

  private void set(List<String> borne, float[] into, int at) {
    for (String label : borne) {
      int index = labels.indexOf(label);
      if (index >= 0) { // a label too rare to be in the vocabulary teaches nothing
        into[at + index] = 1;
      }
    }
  }

  private boolean bears(PretrainExample.Region region, int x, int y) {
    double covered =
        overlap(region.left() * side, region.right() * side, x)
            * overlap(region.top() * side, region.bottom() * side, y);
    int centerX = (int) ((region.left() + region.right()) / 2 * side);
    int centerY = (int) ((region.top() + region.bottom()) / 2 * side);
    return covered >= COVERED || (centerX == x && centerY == y);
  }

  /** How much of the unit interval at {@code at} lies within the bounds. */
  private static double overlap(double from, double to, int at) {
    return Math.max(0, Math.min(to, at + 1) - Math.max(from, at));
  }
}
