package dev.dataengine.workers.model;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * An adapter as the mathematics takes it.
 *
 * @param hyper [scale, …]: what the low-rank product is multiplied with, first
 * @param tensors 14 a decoder layer: A [R,in] and B [out,R] of q, k, v, o, gate, up, down; empty
 *     where not adapted
 * @param projector the projector's four weights that belong to it
 */
public record AdapterView(NDArray hyper, List<NDArray> tensors, List<NDArray> projector) {}
