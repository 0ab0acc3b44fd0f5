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

  /** One of the cases with the drawn answer; with the other where there is none. */
  static <T> Optional<T> balanced(List<T> cases, Predicate<T> isYes, RandomGenerator random) {
    boolean wanted = random.nextBoolean();
    List<T> fitting = cases.stream().filter(c -> isYes.test(c) == wanted).toList();
    return Draw.any(fitting.isEmpty() ? cases : fitting, random);
  }
}
