package dev.dataengine.workers.model;

import ai.djl.ndarray.NDArray;

/**
 * Token rows with the predictions asked for; B rows, T tokens, M predictions, G groups.
 *
 * @param ids [B,T] int64 token ids
 * @param positions [B,T] int64 rotary positions
 * @param segments [B,T] int64: 0 the prefix that a row's segments share, from 1 a segment, -1
 *     padding
 * @param sources [M] int64: index into B*T of the state that predicts
 * @param targets [M] int64: the token to predict
 * @param groups [M] int64: group of the prediction
 * @param groupSizes [G] float32: predictions of each group
 */
public record Batch(
    NDArray ids,
    NDArray positions,
    NDArray segments,
    NDArray sources,
    NDArray targets,
    NDArray groups,
    NDArray groupSizes) {}
