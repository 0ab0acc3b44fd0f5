package dev.dataengine.compose.chaos.evidence;

/** A version of a model as one benchmark sees it. */
public record VersionKey(String benchmark, String model, long version) {
  @Override
  public String toString() {
    return benchmark + "|" + model + "|" + version;
  }
}
