package dev.dataengine.producers.generator;

import dev.dataengine.events.RejectionReason;

/** Whether a draft may become a sample. */
public sealed interface CheckResult {

  /** It may. */
  record Accepted() implements CheckResult {}

  /**
   * It may not.
   *
   * @param reason the first check that it failed
   * @param detail what was found, in words
   */
  record Rejected(RejectionReason reason, String detail) implements CheckResult {}
}
