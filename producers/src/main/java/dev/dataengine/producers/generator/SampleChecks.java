package dev.dataengine.producers.generator;

import dev.dataengine.events.Image;
import dev.dataengine.events.RejectionReason;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a question must pass before anybody trains on it. */
final class SampleChecks {

  static final int CHOICES = 4;

  /** Characters of a question: what is longer is none, and a sample has to fit into a record. */
  static final int LONGEST_QUESTION = 4_000;

  static final int LONGEST_CHOICE = 1_000;

  private static final Pattern REFUSAL =
      Pattern.compile(
          "\\bas an? (ai|language model|assistant)\\b|\\b(i am|i'm|im) (sorry|unable|not able)\\b"
              + "|\\bi (can(no|')t|can not|apologi[sz]e|do not have|don't have)\\b"
              + "|\\b(cannot|can't|unable to) (generate|create|write|fulfil|assist|provide)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern COORDINATES =
      Pattern.compile(
          "[\\[(]\\s*-?\\d+(\\.\\d+)?\\s*[,;]\\s*-?\\d+(\\.\\d+)?"
              + "|\\b[xy]\\s*=\\s*-?\\d|\\b0?\\.\\d+\\s*,\\s*0?\\.\\d+"
              + "|\\b\\d+\\s*(px|pixels?)\\b|\\bcoordinates?\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ANNOTATION =
      Pattern.compile(
          "\\b(annotations?|annotated|captions?|bounding[ -]?box(es)?|bbox(es)?|metadata|json"
              + "|ground[ -]truth|image description|(provided|given) (text|information|description"
              + "|objects?))\\b",
          Pattern.CASE_INSENSITIVE);

  private final BenchmarkGuard guard;
  private final RecentQuestions recent;

  SampleChecks(BenchmarkGuard guard, RecentQuestions recent) {
    this.guard = guard;
    this.recent = recent;
  }

  /**
   * The first check that the draft fails; accepted otherwise. Length comes first, so that no other
   * looks at a text without bound; then the order of the reasons.
   */
  CheckResult check(Draft draft, Image image) {
    return length(draft)
        .or(() -> choices(draft))
        .or(() -> wording(draft))
        .or(() -> novelty(draft, image))
        .<CheckResult>map(rejected -> rejected)
        .orElseGet(CheckResult.Accepted::new);
  }

  private static Optional<CheckResult.Rejected> length(Draft draft) {
    if (draft.question().length() > LONGEST_QUESTION) {
      return rejected(
          RejectionReason.UNPARSABLE,
          "expected a question of at most %d characters, got %d"
              .formatted(LONGEST_QUESTION, draft.question().length()));
    }
    return draft.choices().stream()
        .filter(choice -> choice.length() > LONGEST_CHOICE)
        .findFirst()
        .flatMap(
            choice ->
                rejected(
                    RejectionReason.UNPARSABLE,
                    "expected choices of at most %d characters, got one of %d"
                        .formatted(LONGEST_CHOICE, choice.length())));
  }

  private static Optional<CheckResult.Rejected> choices(Draft draft) {
    List<String> choices = draft.choices();
    if (choices.size() != CHOICES) {
      return rejected(RejectionReason.CHOICE_COUNT, "expected 4 choices, got " + choices.size());
    }
    Set<String> distinct = new HashSet<>();
    for (String choice : choices) {
      String words = Words.normalised(choice);
      if (words.isEmpty()) {
        return rejected(RejectionReason.EMPTY_CHOICE, "a choice has no word: '" + choice + "'");
      }
      if (!distinct.add(words)) {
        return rejected(RejectionReason.DUPLICATE_CHOICES, "two choices are '" + words + "'");
      }
    }
    if (draft.correctChoice() < 0 || draft.correctChoice() >= CHOICES) {
      return rejected(
          RejectionReason.NO_CORRECT_CHOICE, "the right choice is " + draft.correctChoice());
    }
    return Optional.empty();
  }

  private static Optional<CheckResult.Rejected> wording(Draft draft) {
    String question = draft.question();
    if (Words.normalised(question).isEmpty()) {
      return rejected(RejectionReason.EMPTY_QUESTION, "the question has no word");
    }
    if (givesAway(draft)) {
      String answer = draft.choices().get(draft.correctChoice());
      return rejected(
          RejectionReason.ANSWER_IN_QUESTION, "the question has '" + answer + "', no other choice");
    }
    String all = question + " \n " + String.join(" \n ", draft.choices());
    return found(REFUSAL, all, RejectionReason.REFUSAL)
        .or(() -> found(COORDINATES, all, RejectionReason.COORDINATES))
        .or(() -> found(ANNOTATION, all, RejectionReason.MENTIONS_ANNOTATION));
  }

  /**
   * Names the answer and none of the others. "Which is larger, A or B?" names both; in "is no
   * circle present?" the word no is not the answer, and never is.
   */
  private static boolean givesAway(Draft draft) {
    String answer = draft.choices().get(draft.correctChoice());
    String words = Words.normalised(answer);
    if (words.equals("yes") || words.equals("no")) {
      return false;
    }
    return Words.contains(draft.question(), answer)
        && draft.choices().stream()
            .filter(choice -> !choice.equals(answer))
            .noneMatch(choice -> Words.contains(draft.question(), choice));
  }

  private Optional<CheckResult.Rejected> novelty(Draft draft, Image image) {
    if (guard.holdsQuestion(image.getSha256(), draft.question())) {
      return rejected(RejectionReason.BENCHMARK_QUESTION, "the benchmark asks it of this image");
    }
    if (guard.holdsImage(image.getImageId(), image.getSha256())) {
      return rejected(RejectionReason.BENCHMARK_IMAGE, "the image is held out");
    }
    if (recent.contains(image.getImageId(), draft.question())) {
      return rejected(RejectionReason.DUPLICATE, "asked of this image before");
    }
    return Optional.empty();
  }

  private static Optional<CheckResult.Rejected> found(
      Pattern pattern, String text, RejectionReason reason) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find()
        ? rejected(reason, "found '" + matcher.group().strip() + "'")
        : Optional.empty();
  }

  private static Optional<CheckResult.Rejected> rejected(RejectionReason reason, String detail) {
    return Optional.of(new CheckResult.Rejected(reason, detail));
  }
}
