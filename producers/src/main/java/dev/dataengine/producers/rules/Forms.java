package dev.dataengine.producers.rules;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.random.RandomGenerator;

/** Tries several ways to ask, in random order, and takes the first that the facts allow. */
final class Forms {

  private Forms() {}

  static Optional<Candidate> firstOf(
      List<BiFunction<Facts, RandomGenerator, Optional<Candidate>>> forms,
      Facts facts,
      RandomGenerator random) {
    for (BiFunction<Facts, RandomGenerator, Optional<Candidate>> form :
        Draw.shuffled(forms, random)) {
      Optional<Candidate> candidate = form.apply(facts, random);
      if (candidate.isPresent()) {
        return candidate;
      }
    }
    return Optional.empty();
  }
}
