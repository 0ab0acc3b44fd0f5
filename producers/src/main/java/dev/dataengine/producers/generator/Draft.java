package dev.dataengine.producers.generator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A question as a writer gives it, before any check.
 *
 * @param question the question
 * @param choices answers to choose from
 * @param correctChoice index of the right one; may be out of range, which a check finds
 * @param rationale why it is right
 * @param raw the text as it came, for the rejected samples
 */
public record Draft(
    String question,
    List<String> choices,
    int correctChoice,
    @Nullable String rationale,
    String raw) {

  public Draft {
    choices = List.copyOf(choices);
  }
}
