package dev.dataengine.workers.model;

import ai.djl.ndarray.NDArray;
import dev.dataengine.workers.tensor.TorchScript;

/**
 * Token rows with the predictions asked for; B rows, T tokens, M predictions, G groups.
 *
 * @param ids [B,T] int64 token ids
 * @param positions [B,T] int64 rotary positions
 * @param segments [B,T] int64: 0 the prefix that a row's segments share, from 1 a segment, -1
 *     padding
 * @param parents [B,T] int64: the segment that the token's own goes on from, 0 the prefix
 * @param sources [M] int64: index into B*T of the state that predicts
 * @param targets [M] int64: the token to predict
 * @param groups [M] int64: group of the prediction
 * @param groupSizes [G] float32: predictions of each group
 */
public record Batch(
    NDArray ids,
    NDArray positions,
    NDArray segments,
    NDArray parents,
    NDArray sources,
    NDArray targets,
    NDArray groups,
    NDArray groupSizes) {

  /** Adds what every loss takes: all but the groups. */
  public TorchScript.Call addTo(TorchScript.Call call) {
    return call.with(ids).with(positions).with(segments).with(parents).with(sources).with(targets);
  }
}
