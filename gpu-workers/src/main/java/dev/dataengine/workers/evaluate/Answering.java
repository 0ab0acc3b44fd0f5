package dev.dataengine.workers.evaluate;

import java.util.List;

/** A version of a model, answering a benchmark batch by batch. Closed by whoever began it. */
public interface Answering extends AutoCloseable {

  /**
   * Answers to the next questions; empty once all have been answered.
   *
   * @throws UnfitVersionException where the version gives none: its losses are no numbers
   */
  List<Answer> next() throws UnfitVersionException;

  @Override
  void close();
}
