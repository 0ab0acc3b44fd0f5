package dev.dataengine.workers.train;

import dev.dataengine.events.VqaSample;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventReader;
import dev.dataengine.workers.image.FeatureCache;
import dev.dataengine.workers.image.ImageFollower;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.model.PromptTokenizer;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records to training samples: reads the event, finds the image, tokenises. What cannot be trained
 * on goes to the dead letters with its reason.
 */
final class SampleReader {

  /** Longer questions are not trained on: no writer of ours comes near, and memory is bounded. */
  private static final int MAX_TOKENS = 512;

  private final EventReader<VqaSample> events;
  private final DeadLetters deadLetters;
  private final ImageFollower images;
  private final ImageProcessor processor;
  private final PromptTokenizer tokenizer;
  private final FeatureCache cache;

  SampleReader(
      EventReader<VqaSample> events,
      DeadLetters deadLetters,
      ImageFollower images,
      ImageProcessor processor,
      PromptTokenizer tokenizer,
      FeatureCache cache) {
    this.events = events;
    this.deadLetters = deadLetters;
    this.images = images;
    this.processor = processor;
    this.tokenizer = tokenizer;
    this.cache = cache;
  }

  /** The sample; empty where the record went to the dead letters. */
  Optional<TrainingSample> read(ConsumerRecord<byte[], byte[]> record) {
    Optional<VqaSample> event = events.read(record);
    if (event.isEmpty()) {
      return Optional.empty();
    }
    VqaSample sample = event.get();
    try {
      return Optional.of(prepare(sample));
    } catch (IOException | IllegalArgumentException e) {
      deadLetters.send(record, "sample " + sample.getSampleId() + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private TrainingSample prepare(VqaSample sample) throws IOException {
    if (sample.getQuestion().isBlank() || sample.getAnswer().isBlank()) {
      throw new IllegalArgumentException("expected a question and an answer, one is blank");
    }
    long[] question = tokenizer.question(sample.getQuestion());
    long[] answer = tokenizer.answer(sample.getAnswer());
    if (question.length + answer.length > MAX_TOKENS) {
      throw new IllegalArgumentException(
          "expected at most %d tokens of question and answer, got %d"
              .formatted(MAX_TOKENS, question.length + answer.length));
    }
    return new TrainingSample(image(sample), sample.getQuestionType(), question, answer);
  }

  private TrainingSample.Image image(VqaSample sample) throws IOException {
    String sha256 = sample.getImageSha256();
    String found =
        images
            .sha256(sample.getImageId(), sha256)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "image '" + sample.getImageId() + "' is not in the topic images"));
    if (!found.equals(sha256)) {
      throw new IllegalArgumentException(
          "image '%s' was replaced: the sample is about sha256 %s, the topic has %s"
              .formatted(sample.getImageId(), sha256, found));
    }
    float[] pixels =
        cache.contains(sha256)
            ? null
            : processor.process(RgbImage.decode(images.read(sample.getImageId())));
    return new TrainingSample.Image(sha256, pixels);
  }
}
