package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The answers of one input partition by question, and the sums over them. The sums are in memory
 * and are derived by one scan, so they cannot disagree with the answers.
 */
final class Answers {

  static final String STORE = "questions";

  /** What became of a result. */
  enum Outcome {
    /** The first answer of its version to its question. */
    COUNTED,
    /** Another answer took its place. */
    REPLACED,
    /** It was known, or an answer that was given later is. */
    DUPLICATE,
    /** Its version is not remembered by question any more. */
    LATE
  }

  /** What a result changed; a bad case is to be written where {@code report} is true. */
  record Change(Outcome outcome, boolean report) {}

  private final KeyValueStore<String, Kept> store;
  private final int versionsKept;
  private final int versionsRemembered;
  private final Map<String, PairTally> pairs = new TreeMap<>();

  /** Key of an entry that is there once a result was read: no entry, and the answers are lost. */
  private static final String BEGUN = "";

  /** Derives the sums; writes nothing. */
  Answers(KeyValueStore<String, Kept> store, int versionsKept, int versionsRemembered) {
    this.store = store;
    this.versionsKept = versionsKept;
    this.versionsRemembered = versionsRemembered;
    try (KeyValueIterator<String, Kept> all = store.all()) {
      all.forEachRemaining(this::derive);
    }
    pairs.values().forEach(PairTally::dropRemains);
    markAll();
  }

  /** Closed versions sort behind the questions, so they find the versions that end them. */
  private void derive(KeyValue<String, Kept> entry) {
    if (entry.key.equals(BEGUN)) {
      return;
    }
    PairTally pair = pairs.computeIfAbsent(Keys.pairOf(entry.key), key -> new PairTally());
    if (entry.value instanceof Question question) {
      question.slots().forEach(slot -> pair.replace(slot.version(), null, slot));
    } else if (entry.value instanceof ClosedVersion closed) {
      pair.restore(Keys.versionOf(entry.key), closed);
    }
  }

  /** Everything is to be sent once more. */
  void markAll() {
    pairs.values().forEach(pair -> pair.unsent().addAll(pair.versions().keySet()));
  }

  Map<String, PairTally> pairs() {
    return pairs;
  }

  /** Whether the version may be of one more type. */
  boolean hasRoomFor(String pair, long version, String type) {
    @Nullable PairTally tally = pairs.get(pair);
    @Nullable VersionTally found = tally == null ? null : tally.get(version);
    return found == null || found.knows(type) || found.typeCount() < ResultCheck.MOST_TYPES;
  }

  /**
   * Counts an answer.
   *
   * @param lineage of the version
   */
  Change put(
      String pair, long version, String lineage, String question, int questions, Moment moment) {
    PairTally tally = pairs.computeIfAbsent(pair, key -> new PairTally());
    if (version <= tally.closed()) {
      return new Change(Outcome.LATE, false);
    }
    if (tally.get(version) == null) {
      tally.admit(version).lineage(lineage);
      closeTooMany(pair, tally);
      if (version <= tally.closed()) {
        tally.versions().remove(version);
        return new Change(Outcome.LATE, false);
      }
    }
    String key = Keys.question(pair, question);
    Question known = store.get(key) instanceof Question found ? found : Question.NEW;
    @Nullable Slot before = known.slot(version);
    Slot after =
        before == null
            ? new Slot(version, questions, false, List.of(moment))
            : before.with(moment, questions);
    boolean last = after.last().equals(moment);
    boolean report = last && moment.errorNanos() > 0 && !after.reported();
    if (report) {
      after = after.asReported();
    }
    if (after.equals(before)) {
      return new Change(Outcome.DUPLICATE, false);
    }
    store.put(key, known.with(after, tally.closed()));
    tally.replace(version, before, after);
    Outcome outcome =
        before == null
            ? Outcome.COUNTED
            : after.last().equals(before.last()) ? Outcome.DUPLICATE : Outcome.REPLACED;
    return new Change(outcome, report);
  }

  /**
   * Begins with what a task must not do while it starts, since it writes: closes what is beyond the
   * versions that are kept, of which there may have been more, before anything of it is forgotten.
   */
  void begin() {
    if (store.get(BEGUN) == null) {
      store.put(BEGUN, Question.NEW);
    }
    pairs.forEach(this::closeTooMany);
  }

  private void closeTooMany(String pair, PairTally tally) {
    SortedSet<Long> old = tally.tooMany(versionsKept);
    if (old.isEmpty()) {
      return;
    }
    Map<Long, List<Slot>> slots = new TreeMap<>();
    old.forEach(version -> slots.put(version, new ArrayList<>()));
    forEachSlot(
        pair,
        slot -> {
          @Nullable List<Slot> closing = slots.get(slot.version());
          if (closing != null) {
            closing.add(slot);
          }
        });
    slots.forEach(
        (version, closing) -> {
          store.put(Keys.closed(pair, version), ClosedVersion.of(closing));
          tally.unsent().add(version);
          tally.close(version);
        });
    forgetOldest(pair, tally);
  }

  /** The merge does not remember them either. The first version's statistics stay. */
  private void forgetOldest(String pair, PairTally tally) {
    while (tally.versions().size() - 1 > versionsRemembered) {
      long first = tally.versions().firstKey();
      @Nullable Long oldest = tally.versions().higherKey(first);
      if (oldest == null || oldest > tally.closed() || tally.unsent().contains(oldest)) {
        return;
      }
      tally.versions().remove(oldest);
      store.delete(Keys.closed(pair, oldest));
    }
  }

  /** Another partition knows that a newer version began earlier. */
  void ask(Ask ask) {
    if (ask instanceof Ask.Everything) {
      markAll();
    } else if (ask instanceof Ask.AsOf asOf) {
      @Nullable PairTally pair = pairs.get(asOf.pair());
      @Nullable VersionTally tally = pair == null ? null : pair.get(asOf.version());
      if (pair != null && tally != null) {
        tally.endBy(asOf.end());
        pair.unsent().add(asOf.version());
      }
    }
  }

  /** Makes the sums right that were counted before an earlier end was known. */
  void deriveStale() {
    pairs.forEach(
        (name, pair) -> {
          Set<Long> open = new HashSet<>();
          pair.versions()
              .forEach(
                  (version, tally) -> {
                    if (tally.isStale() && version > pair.closed()) {
                      tally.forgetOnTime();
                      open.add(version);
                    } else if (tally.isStale()
                        && store.get(Keys.closed(name, version)) instanceof ClosedVersion closed) {
                      tally.deriveOnTime(closed);
                    }
                  });
          if (!open.isEmpty()) {
            forEachSlot(
                name,
                slot -> {
                  @Nullable VersionTally tally = pair.get(slot.version());
                  if (tally != null && open.contains(slot.version())) {
                    tally.onTime(slot.asOf(tally.end()), 1);
                  }
                });
          }
        });
  }

  private void forEachSlot(String pair, java.util.function.Consumer<Slot> each) {
    try (KeyValueIterator<String, Kept> questions =
        store.prefixScan(Keys.questions(pair), Serdes.String().serializer())) {
      while (questions.hasNext()) {
        if (questions.next().value instanceof Question question) {
          question.slots().forEach(each);
        }
      }
    }
  }
}
