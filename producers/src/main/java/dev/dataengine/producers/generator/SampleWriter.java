package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import java.util.List;
import java.util.random.RandomGenerator;

/** Turns an image, a type and examples into a question. Called by one thread at a time. */
public interface SampleWriter {

  /** Name and version, for example rules/1; goes into every sample. */
  String name();

  /**
   * Writes one question of the type about the image.
   *
   * @param image annotated; its pixels may be left out
   * @param examples bad cases of the type, none to two
   */
  Writing write(Image image, String type, List<BadCase> examples, RandomGenerator random);
}
