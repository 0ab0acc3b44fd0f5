package dev.dataengine.producers.scenes;

/**
 * Disjoint ranges of generator seeds, one per use, so that what is published, what is held out for
 * evaluation and what a model was pretrained on never share a scene's seed.
 */
public enum SceneSpace {
  PUBLISHED(0),
  BENCHMARK(1),
  PRETRAINING(2);

  /** Seeds per space. */
  private static final long SIZE = 1L << 31;

  private final long first;

  SceneSpace(int place) {
    this.first = place * SIZE;
  }

  /**
   * The generator's seed.
   *
   * @param seed 0 or more
   */
  public long seed(int seed) {
    if (seed < 0) {
      throw new IllegalArgumentException("seed: expected 0 or more, got " + seed);
    }
    return first + seed;
  }

  /** A generator of this space. */
  public SceneGenerator generator(int seed) {
    return new SceneGenerator(seed(seed));
  }
}
