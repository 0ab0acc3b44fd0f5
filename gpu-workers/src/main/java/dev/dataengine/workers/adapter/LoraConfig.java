package dev.dataengine.workers.adapter;

import java.util.List;

/**
 * What an adapter adapts (LoRA, arXiv 2106.09685).
 *
 * @param rank R of the low-rank product
 * @param alpha the product is scaled by alpha / rank
 * @param dropout on the product's input while training, 0..1
 * @param targets projections of every decoder layer: any of {@link #MODULES}
 * @param projector whether the projector between image and text is trained with it, in full
 */
public record LoraConfig(
    int rank, double alpha, double dropout, List<String> targets, boolean projector) {

  /** What can be adapted, in the order in which the mathematics takes it. */
  public static final List<String> MODULES =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  public LoraConfig {
    targets = List.copyOf(targets);
    require(rank >= 1 && rank <= 1024, "rank", "1 to 1024", rank);
    require(alpha > 0 && Double.isFinite(alpha), "alpha", "a number above 0", alpha);
    require(dropout >= 0 && dropout < 1, "dropout", "0 or more and below 1", dropout);
    require(
        !targets.isEmpty() && MODULES.containsAll(targets),
        "targets",
        "some of " + MODULES,
        targets);
  }

  public static LoraConfig defaults() {
    return new LoraConfig(8, 16, 0.05, MODULES.subList(0, 4), false);
  }

  private static void require(boolean holds, String key, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException("lora." + key + ": expected " + expected + ", got " + got);
    }
  }

  /** What the low-rank product is multiplied with. */
  public double scale() {
    return alpha / rank;
  }
}
