package dev.dataengine.workers.train;

import dev.dataengine.workers.image.FeatureCache;
import org.jspecify.annotations.Nullable;

/**
 * A sample ready for a step.
 *
 * @param image its image
 * @param questionType its type
 * @param question tokens of the question
 * @param answer tokens of the right answer
 */
record LlavaSample(Image image, String questionType, long[] question, long[] answer)
    implements TrainingSample {

  /**
   * An image of a batch.
   *
   * @param sha256 of the encoded image
   * @param decoded normalised pixels; null where the features are cached
   */
  record Image(String sha256, float @Nullable [] decoded) implements FeatureCache.Source {

    @Override
    public float[] pixels() {
      if (decoded == null) {
        throw new IllegalStateException("image " + sha256 + " left the cache within a batch");
      }
      return decoded;
    }
  }
}
