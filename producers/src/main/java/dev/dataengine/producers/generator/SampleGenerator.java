package dev.dataengine.producers.generator;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.Image;
import dev.dataengine.events.RejectedSample;
import dev.dataengine.events.RejectionReason;
import dev.dataengine.events.VqaSample;
import dev.dataengine.events.WeightUpdate;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.producers.loop.LoopParts;
import dev.dataengine.producers.rules.Candidate;
import dev.dataengine.producers.rules.Choices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Makes samples from what it has been told: weights, images, bad cases. No input or output of its
 * own; for one thread.
 */
final class SampleGenerator {

  /** Characters kept of what a writer wrote: a rejection must fit into a record to get out. */
  private static final int MAX_TEXT = 10_000;

  /** Types drawn in vain before an attempt gives up. */
  private static final int TYPES_TRIED = 8;

  private final GeneratorConfig config;
  private final SampleWriter writer;
  private final ImagePool images;
  private final BadCasePool badCases;
  private final RecentQuestions recent;
  private final SampleChecks checks;
  private final RandomGenerator random;
  private final LoopParts parts;

  /** When a type was last reported for want of an image, in nanoseconds. */
  private final Map<String, Long> notApplicableAt = new HashMap<>();

  private @Nullable TypeDraw types;
  private @Nullable Image shared;
  private int questionsLeft;

  SampleGenerator(
      GeneratorConfig config,
      SampleWriter writer,
      BenchmarkGuard guard,
      RandomGenerator random,
      LoopParts parts) {
    this.config = config;
    this.writer = writer;
    this.images = new ImagePool(config.imagesKept(), guard);
    this.badCases = new BadCasePool(config.badCasesKept());
    this.recent = new RecentQuestions(config.duplicateWindow());
    this.checks = new SampleChecks(guard, recent);
    this.random = random;
    this.parts = parts;
  }

  ImagePool images() {
    return images;
  }

  RecentQuestions recent() {
    return recent;
  }

  /** Keeps the bad case as an example, where it is of the benchmark and model that is followed. */
  void learn(BadCase badCase) {
    if (badCase.getBenchmark().equals(config.benchmark())
        && badCase.getModel().equals(config.model())) {
      badCases.put(badCase);
    }
  }

  /** Whether the update is of the benchmark and model that is followed. */
  boolean follows(WeightUpdate update) {
    return update.getBenchmark().equals(config.benchmark())
        && update.getModel().equals(config.model());
  }

  /** Draws by this update from now on; it is one that is followed, and checked. */
  void follow(WeightUpdate update) {
    types = new TypeDraw(update);
    notApplicableAt.keySet().retainAll(update.getTypes().keySet());
  }

  /** Whether the update in use was computed after this one. */
  boolean hasNewerThan(WeightUpdate update) {
    TypeDraw current = types;
    return current != null && current.update().getUpdatedAt().isAfter(update.getUpdatedAt());
  }

  boolean hasWeights() {
    return types != null;
  }

  /** One attempt. */
  Outcome next() {
    TypeDraw current = types;
    if (current == null || images.size() == 0) {
      return new Outcome.Nothing();
    }
    for (int attempt = 0; attempt < TYPES_TRIED; attempt++) {
      String type = current.draw(random);
      List<BadCase> examples = badCases.two(type, random);
      for (int image = 0; image <= config.otherImages(); image++) {
        Optional<Outcome> outcome = attempt(current.update(), type, examples);
        if (outcome.isPresent()) {
          return outcome.get();
        }
      }
      if (isDue(type)) {
        notApplicableAt.put(type, parts.nanos().getAsLong());
        String detail = "no question of the type about " + (config.otherImages() + 1) + " images";
        return refused(RejectionReason.NOT_APPLICABLE, detail, type, null, "");
      }
    }
    return new Outcome.Nothing();
  }

  private boolean isDue(String type) {
    Long last = notApplicableAt.get(type);
    Duration interval = Duration.ofMillis(config.notApplicableIntervalMs());
    return last == null || parts.nanos().getAsLong() - last > interval.toNanos();
  }

  /** Half of the time about an image near a bad case's, else any; empty where it does not fit. */
  private Optional<Outcome> attempt(WeightUpdate update, String type, List<BadCase> examples) {
    Image image = image(examples);
    try {
      return written(image, update, type, examples);
    } catch (RuntimeException e) {
      if (Failures.kindOf(e) != FailureKind.OTHER || !parts.patience().isRunning()) {
        throw e;
      }
      questionsLeft = 0;
      String detail = "the writer failed on the image: " + Failures.reason(e);
      return Optional.of(refused(RejectionReason.UNPARSABLE, detail, type, image, ""));
    }
  }

  private Optional<Outcome> written(
      Image image, WeightUpdate update, String type, List<BadCase> examples) {
    Writing writing = writer.write(image, type, examples, random);
    if (writing instanceof Writing.Written written) {
      return Optional.of(judged(written.draft(), image, update, type, examples));
    }
    if (writing instanceof Writing.Unparsable unparsable) {
      return Optional.of(
          refused(RejectionReason.UNPARSABLE, unparsable.detail(), type, image, unparsable.raw()));
    }
    questionsLeft = 0; // the next try is about another image, not this one again
    return Optional.empty();
  }

  /** The image drawn last while it has questions left and is still in the pool, else another. */
  private Image image(List<BadCase> examples) {
    Image last = shared;
    if (last != null && questionsLeft > 0 && images.holds(last)) {
      questionsLeft--;
      return last;
    }
    boolean near = random.nextBoolean() && !examples.isEmpty();
    Image image =
        (near ? images.near(examples.get(0).getImageId(), random) : images.any(random))
            .orElseThrow();
    shared = image;
    questionsLeft = config.questionsPerImage() - 1;
    return image;
  }

  private Outcome judged(
      Draft draft, Image image, WeightUpdate update, String type, List<BadCase> examples) {
    if (checks.check(draft, image) instanceof CheckResult.Rejected rejected) {
      return refused(rejected.reason(), rejected.detail(), type, image, draft.raw());
    }
    recent.add(image.getImageId(), draft.question());
    String answer = draft.choices().get(draft.correctChoice());
    List<String> wrong = new ArrayList<>(draft.choices());
    wrong.remove(draft.correctChoice());
    Choices choices =
        Choices.shuffled(new Candidate(draft.question(), answer, wrong, type), random);
    return new Outcome.Made(
        VqaSample.newBuilder()
            .setSampleId(parts.ids().get())
            .setImageId(image.getImageId())
            .setImageSha256(image.getSha256())
            .setQuestion(draft.question())
            .setChoices(choices.texts())
            .setCorrectChoice(choices.correct())
            .setAnswer(answer)
            .setRationale(draft.rationale() == null ? null : cut(draft.rationale()))
            .setQuestionType(type)
            .setBenchmark(update.getBenchmark())
            .setModel(update.getModel())
            .setWeightSequence(update.getSequence())
            .setGenerator(writer.name())
            .setInContextIds(examples.stream().map(BadCase::getBadCaseId).toList())
            .setCreatedAt(parts.clock().instant())
            .build());
  }

  private Outcome refused(
      RejectionReason reason, String detail, String type, @Nullable Image image, String raw) {
    return new Outcome.Refused(
        RejectedSample.newBuilder()
            .setRejectedId(parts.ids().get())
            .setReason(reason)
            .setDetail(cut(detail))
            .setQuestionType(type)
            .setImageId(image == null ? null : image.getImageId())
            .setRawText(cut(raw))
            .setGenerator(writer.name())
            .setRejectedAt(parts.clock().instant())
            .build());
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
