package dev.dataengine.compose.monitor;

import org.jspecify.annotations.Nullable;

/**
 * One question type. Rates, weight and probability are fractions, null where not known yet.
 *
 * @param n distinct questions that the latest version answered
 * @param error error rate of the latest version with results
 * @param firstError of the first version that was evaluated completely
 * @param lastError of the latest one
 * @param weight by the latest update
 * @param probability by the latest update
 * @param generated samples written
 * @param trained samples trained on
 */
record TypeFigures(
    long n,
    @Nullable Double error,
    @Nullable Double firstError,
    @Nullable Double lastError,
    @Nullable Double weight,
    @Nullable Double probability,
    long generated,
    long trained) {}
