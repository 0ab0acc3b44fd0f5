package dev.dataengine.workers.pretrain;

import dev.dataengine.workers.model.LlavaWeights;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Function;

/**
 * The linear probe that the tower's stage ends with: how surely a patch bears each label.
 *
 * @param labels what its outputs stand for
 * @param values a row of the tower's width for each label, then a bias for each
 */
record PatchProbe(List<String> labels, float[] values) {

  /** A patch within an object bears some eight labels, each with a logit of some four. */
  private static final float SCALE = 0.25f;

  private static final String PROJECTOR = "multi_modal_projector.linear_";
  private static final String TABLE = "embed_tokens.weight";

  /**
   * Starts the projector as this probe: a patch that shows a red circle enters the decoder as the
   * sum of the embeddings of "red" and "circle". Then one thing, finding the token that is like
   * another, serves every colour, shape and place alike; a decoder that meets patches as foreign
   * vectors has to learn a map for each word.
   *
   * @param weights the layout of {@code model}
   * @param model every weight of the model; the projector's are replaced but for the second bias
   *     and, in the first layer, the units past the labels
   * @param token of a label that is one token; the others enter as random vectors
   */
  void writeInto(
      LlavaWeights weights, float[] model, Function<String, OptionalInt> token, long seed) {
    LlavaWeights.Named first = weights.find(PROJECTOR + "1.weight");
    int hidden = first.rows();
    int width = values.length / labels.size() - 1;
    if (labels.size() > hidden) {
      throw new IllegalArgumentException(
          "labels: expected %d at most, got %d".formatted(hidden, labels.size()));
    }
    int biases = weights.find(PROJECTOR + "1.bias").at();
    System.arraycopy(values, 0, model, first.at(), labels.size() * width);
    System.arraycopy(values, labels.size() * width, model, biases, labels.size());
    LlavaWeights.Named second = weights.find(PROJECTOR + "2.weight");
    int text = second.rows();
    // what the other hidden units say begins as nothing, else it would drown the words
    Arrays.fill(model, second.at(), second.at() + second.size(), 0f);
    int table = weights.find(TABLE).at();
    Random random = new Random(seed);
    for (int label = 0; label < labels.size(); label++) {
      OptionalInt id = token.apply(labels.get(label));
      for (int d = 0; d < text; d++) {
        double drawn = InitialWeights.TABLE_DEVIATION * random.nextGaussian();
        model[second.at() + d * hidden + label] =
            SCALE * (id.isPresent() ? model[table + id.getAsInt() * text + d] : (float) drawn);
      }
    }
  }
}
