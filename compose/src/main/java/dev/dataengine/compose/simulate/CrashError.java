package dev.dataengine.compose.simulate;

/** The process of a service dies here: nothing catches it but the simulation. */
final class CrashError extends Error {
  private static final long serialVersionUID = 1L;

  CrashError() {
    super("simulated death", null, false, false);
  }
}
