package dev.dataengine.streams;

import dev.dataengine.events.QuestionTypeStats;
import dev.dataengine.events.WeightUpdate;

/** What the merge of the partial sums gives. */
sealed interface Merged {

  record Weights(WeightUpdate update) implements Merged {}

  record Stats(QuestionTypeStats stats) implements Merged {}
}
