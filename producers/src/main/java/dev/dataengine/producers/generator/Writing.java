package dev.dataengine.producers.generator;

/** What came of asking a writer for a question. */
public sealed interface Writing {

  /** A question to be checked. */
  record Written(Draft draft) implements Writing {}

  /** The image allows no question of the type. */
  record NotApplicable() implements Writing {}

  /**
   * The writer answered, but not with a question.
   *
   * @param raw the text as it came
   * @param detail what is wrong with it
   */
  record Unparsable(String raw, String detail) implements Writing {}
}
