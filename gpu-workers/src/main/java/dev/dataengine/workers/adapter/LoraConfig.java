package dev.dataengine.workers.adapter;

import dev.dataengine.config.Key;
import dev.dataengine.config.KeyException;
import dev.dataengine.config.Keys;
import java.util.List;

/** What an adapter adapts (LoRA, arXiv 2106.09685). */
public record LoraConfig(
    @Key(doc = "of the low-rank product", range = "1..1024") int rank,
    @Key(doc = "the product is scaled by alpha / rank", range = "> 0") double alpha,
    @Key(doc = "on the product's input while training", range = ">= 0 and < 1") double dropout,
    @Key(
            doc = "projections of every decoder layer",
            oneOf = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
        List<String> targets,
    @Key(doc = "whether the projector between image and text is trained with it, in full")
        boolean projector) {

  /** What can be adapted, in the order in which the mathematics takes it. */
  public static final List<String> MODULES =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  public LoraConfig {
    targets = List.copyOf(targets == null ? List.of() : targets);
    Keys.check(LoraConfig.class, rank, alpha, dropout, targets, projector);
    if (targets.isEmpty()) {
      throw new KeyException("targets", "expected some of " + MODULES + ", got none");
    }
  }

  public static LoraConfig defaults() {
    return new LoraConfig(8, 16, 0.05, MODULES.subList(0, 4), false);
  }

  /** What the low-rank product is multiplied with. */
  public double scale() {
    return alpha / rank;
  }
}
