package dev.dataengine.workers.evaluate;

import dev.dataengine.events.ModelVersion;
import java.util.Set;

/** A base model and a benchmark in memory, which versions of the model are tried on. One thread. */
public interface Answerer extends AutoCloseable {

  /** Identity of the base, as versions that were trained on it announce it. */
  String base();

  /**
   * What earlier releases called the same base, for versions that say nothing else of it; reads the
   * whole model.
   */
  default Set<String> formerBases() {
    return Set.of();
  }

  /** What its weights are held in: float32 or bfloat16. */
  String precision();

  /**
   * Takes up the precision that a version was trained in, where it may choose.
   *
   * @return false where it was told which to use, or knows no such precision
   */
  boolean adopt(String wanted);

  /**
   * Loads a version, of which it holds that base and precision are those here; one at a time.
   *
   * @throws UnfitVersionException where its files are not what was announced, or no adapter of this
   *     model
   */
  Answering begin(ModelVersion version) throws UnfitVersionException;

  @Override
  void close();
}
