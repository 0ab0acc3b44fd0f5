package dev.dataengine.producers.rules;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Questions answered by yes or no: the answer is drawn first, so both are as frequent. */
final class YesNo {

  private YesNo() {}

  static Candidate candidate(String question, boolean yes, String type) {
    return new Candidate(
        question, yes ? "yes" : "no", List.of(yes ? "no" : "yes", "maybe", "unknown"), type);
  }

  /**
   * A case whose answer is yes or one whose answer is no, as often; empty where all cases have the
   * same answer, since then the image, not the question, would decide.
   */
  static <T> Optional<T> balanced(List<T> cases, Predicate<T> isYes, RandomGenerator random) {
    boolean wanted = random.nextBoolean();
    List<T> fitting = cases.stream().filter(c -> isYes.test(c) == wanted).toList();
    return fitting.size() == cases.size() ? Optional.empty() : Draw.any(fitting, random);
  }
}
