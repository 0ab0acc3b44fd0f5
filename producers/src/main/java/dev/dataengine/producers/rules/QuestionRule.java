package dev.dataengine.producers.rules;

import java.util.Optional;
import java.util.random.RandomGenerator;

/** Writes questions of one type. Stateless: all variety comes from the random generator. */
interface QuestionRule {

  /** The type of the questions, as benchmarks name it. */
  String type();

  /** One question about the image whose answer the facts settle; empty where they settle none. */
  Optional<Candidate> write(Facts facts, RandomGenerator random);
}
