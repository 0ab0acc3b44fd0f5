package dev.dataengine.workers.evaluate;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.topics.VersionNumbers;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of one model that were announced, and which of them wait to be evaluated: those
 * above the one taken last. The highest number is the newest: numbers rise in the order of
 * announcements, also where training begins anew. For one thread.
 */
final class VersionLog {

  private static final Logger log = LoggerFactory.getLogger(VersionLog.class);

  private final NavigableMap<Long, ModelVersion> announced = new TreeMap<>();
  private final NavigableMap<Long, ModelVersion> waiting = new TreeMap<>();
  private long taken = -1;

  /**
   * Refuses what no version may be: a number out of range, or one announced before with other
   * content.
   *
   * @throws IllegalArgumentException with what was expected
   */
  void requireSound(ModelVersion version) {
    long number = version.getVersion();
    if (!VersionNumbers.isPossible(number)) {
      throw new IllegalArgumentException(
          "version: expected 0 to %d, got %d".formatted(VersionNumbers.END - 1, number));
    }
    ModelVersion before = announced.get(number);
    if (before != null && !sameContent(before, version)) {
      throw new IllegalArgumentException(
          "version %d of %s was announced before as lineage '%s', adapter sha256 %s; got lineage '%s', adapter sha256 %s: a version never changes, so a trainer must go on from the newest number"
              .formatted(
                  number,
                  version.getModel(),
                  before.getLineage(),
                  before.getAdapterSha256(),
                  version.getLineage(),
                  version.getAdapterSha256()));
    }
  }

  /** A trainer tells of a version again when it starts, perhaps with more known of it. */
  private static boolean sameContent(ModelVersion one, ModelVersion other) {
    return one.getLineage().equals(other.getLineage())
        && java.util.Objects.equals(one.getAdapterSha256(), other.getAdapterSha256());
  }

  /** Takes in a version that is sound. */
  void add(ModelVersion version) {
    long number = version.getVersion();
    boolean again = announced.put(number, version) != null;
    if (number > taken) {
      waiting.put(number, version);
    }
    if (!again && number < announced.lastKey()) {
      log.atWarn()
          .addKeyValue("model", version.getModel())
          .addKeyValue("version", number)
          .addKeyValue("lineage", version.getLineage())
          .addKeyValue("newest", announced.lastKey())
          .log(
              "a version was announced below the newest and is not evaluated: its results would move"
                  + " nothing; a trainer that begins anew goes on from the newest number");
    }
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** The newest that waits, which then waits no longer. */
  Optional<ModelVersion> next() {
    return Optional.ofNullable(waiting.pollLastEntry()).map(java.util.Map.Entry::getValue);
  }

  /** A version is being evaluated: older ones are passed over. */
  void take(ModelVersion version) {
    taken = version.getVersion();
    waiting.headMap(taken, true).clear();
  }
}
