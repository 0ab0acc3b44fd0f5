package dev.dataengine.workers.train;

import dev.dataengine.workers.train.GuardMemory.TypeLosses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches whether training still gets better, or at least not much worse.
 *
 * <p>Types of questions differ in their loss, and their mix changes all the time, so each type has
 * a reference of its own: the lowest mean among its last {@value #BLOCKS} blocks of {@value #BLOCK}
 * samples. It is windowed, so that a type that has become harder finds a new reference, and a type
 * without a full block has none and says nothing. A step's expected loss is the mean reference of
 * its samples, the observed one their mean loss; both are smoothed over some ten steps, so that one
 * bad batch is forgiven.
 *
 * <pre>
 *   observed ≤ √factor · expected + slack   HEALTHY
 *   observed ≤  factor · expected + slack   DOUBTFUL: no version is made of it
 *   above                                   DIVERGED
 * </pre>
 */
final class DivergenceGuard {

  /** What is to be thought of the weights. */
  enum Verdict {
    HEALTHY,
    DOUBTFUL,
    DIVERGED
  }

  /** Samples of a type that make a block. */
  static final int BLOCK = 16;

  /** Blocks that a type's reference is taken from. */
  static final int BLOCKS = 16;

  /** Weight of the past in the smoothed losses; half of it is gone after seven steps. */
  private static final double SMOOTHING = 0.9;

  /** Where losses are small their ratio says little. */
  private static final double SLACK = 0.5;

  /** Types remembered; what comes after says nothing. */
  private static final int MOST_TYPES = 1_000;

  private final double factor;
  private final Map<String, TypeLosses> types;
  private double observed;
  private double expected;

  DivergenceGuard(double factor, GuardMemory memory) {
    this.factor = factor;
    this.types = new TreeMap<>(memory.types());
    this.observed = memory.observed();
    this.expected = memory.expected();
  }

  GuardMemory memory() {
    return new GuardMemory(observed, expected, types);
  }

  /** Takes the losses of a step's samples, all of them numbers. */
  Verdict take(List<? extends TrainingSample> samples, double[] losses) {
    double loss = 0;
    double reference = 0;
    int known = 0;
    for (int i = 0; i < losses.length; i++) {
      TypeLosses type = types.getOrDefault(samples.get(i).questionType(), TypeLosses.none());
      if (!type.blocks().isEmpty()) {
        loss += losses[i];
        reference += type.blocks().stream().mapToDouble(b -> b).min().getAsDouble();
        known++;
      }
    }
    if (known > 0) {
      smooth(loss / known, reference / known);
    }
    for (int i = 0; i < losses.length; i++) {
      remember(samples.get(i).questionType(), losses[i]);
    }
    return verdict();
  }

  private void smooth(double loss, double reference) {
    if (expected == 0) {
      observed = reference; // as if all had been well so far
      expected = reference;
    }
    observed = SMOOTHING * observed + (1 - SMOOTHING) * loss;
    expected = SMOOTHING * expected + (1 - SMOOTHING) * reference;
  }

  private void remember(String name, double loss) {
    if (types.size() >= MOST_TYPES && !types.containsKey(name)) {
      return;
    }
    TypeLosses type = types.getOrDefault(name, TypeLosses.none());
    double sum = type.sum() + loss;
    int count = type.count() + 1;
    if (count < BLOCK) {
      types.put(name, new TypeLosses(type.blocks(), sum, count));
      return;
    }
    List<Double> blocks = new ArrayList<>(type.blocks());
    blocks.add(sum / count);
    types.put(
        name,
        new TypeLosses(blocks.subList(Math.max(0, blocks.size() - BLOCKS), blocks.size()), 0, 0));
  }

  Verdict verdict() {
    if (observed > factor * expected + SLACK) {
      return Verdict.DIVERGED;
    }
    return observed > Math.sqrt(factor) * expected + SLACK ? Verdict.DOUBTFUL : Verdict.HEALTHY;
  }

  /** The smoothed losses, for a message. */
  @Override
  public String toString() {
    return "the loss averages %.3f where %.3f is expected".formatted(observed, expected);
  }
}
