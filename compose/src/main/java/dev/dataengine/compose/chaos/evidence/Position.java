package dev.dataengine.compose.chaos.evidence;

/** Where a record is. */
public record Position(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + " " + partition + "@" + offset;
  }
}
