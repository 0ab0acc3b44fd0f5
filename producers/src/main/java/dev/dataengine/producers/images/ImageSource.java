package dev.dataengine.producers.images;

import dev.dataengine.events.Image;
import java.io.IOException;
import java.time.Instant;

/**
 * A numbered sequence of images. The same index is always the same image, so that a reader may go
 * on anywhere. What is malformed is refused on construction. For one thread.
 */
public interface ImageSource extends AutoCloseable {

  /** Size of a source without end. */
  int ENDLESS = Integer.MAX_VALUE;

  /** How many images there are; {@link #ENDLESS} where there is always another. */
  int size();

  /** Identity of the image at the index, without reading it. */
  String id(int index);

  /**
   * Reads the image.
   *
   * @param publishedAt time to put into the event
   * @throws IOException where its file cannot be read any more
   */
  Image image(int index, Instant publishedAt) throws IOException;

  @Override
  default void close() {}
}
