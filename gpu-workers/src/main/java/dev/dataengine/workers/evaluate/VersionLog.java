package dev.dataengine.workers.evaluate;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.topics.VersionNumbers;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of one model that were announced, and which of them wait to be evaluated: those
 * above the one taken last. The highest number is the newest: numbers rise in the order of
 * announcements, also where training begins anew. For one thread.
 */
final class VersionLog {

  private static final Logger log = LoggerFactory.getLogger(VersionLog.class);

  /**
   * So many of the newest versions are remembered: far more than any are counted by their results.
   * An older one is never evaluated, whatever announces it.
   */
  static final int MOST = 1_000;

  /** What a version is for ever. */
  private record Content(String lineage, @Nullable String adapterSha256) {

    /** A trainer tells of a version again when it starts, perhaps with more known of it. */
    static Content of(ModelVersion version) {
      return new Content(version.getLineage(), version.getAdapterSha256());
    }
  }

  private final NavigableMap<Long, Content> announced = new TreeMap<>();
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
    Content before = announced.get(number);
    if (before != null && !before.equals(Content.of(version))) {
      throw new IllegalArgumentException(
          "version %d of %s was announced before as lineage '%s', adapter sha256 %s; got lineage '%s', adapter sha256 %s: a version never changes, so a trainer must go on from the newest number"
              .formatted(
                  number,
                  version.getModel(),
                  before.lineage(),
                  before.adapterSha256(),
                  version.getLineage(),
                  version.getAdapterSha256()));
    }
  }

  /** Takes in a version that is sound. */
  void add(ModelVersion version) {
    long number = version.getVersion();
    boolean again = announced.put(number, Content.of(version)) != null;
    if (number > taken) {
      waiting.put(number, version);
    }
    if (announced.size() > MOST) {
      announced.pollFirstEntry();
      waiting.headMap(announced.firstKey()).clear();
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
