package dev.dataengine.workers.model;

/** What frozen weights are held and activations computed in; adapters stay float32. */
public enum Precision {
  FLOAT32,
  BFLOAT16
}
