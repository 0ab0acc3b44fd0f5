package dev.dataengine.workers.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What frozen weights are held and activations computed in; adapters stay float32. */
public enum Precision {
  FLOAT32,
  BFLOAT16;

  /** As checkpoints and events have it: {@code float32} or {@code bfloat16}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The precision of a text; empty where it names none. */
  public static Optional<Precision> named(String text) {
    return Arrays.stream(values()).filter(p -> p.text().equals(text)).findFirst();
  }
}
