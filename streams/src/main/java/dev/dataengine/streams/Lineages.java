package dev.dataengine.streams;

import dev.dataengine.events.ModelVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serde;

/**
 * Which versions of a model were announced, and of which lineage they are. The newest announcement
 * holds for all numbers from its lineage's first; older ones that were read hold for theirs; a
 * number below, of which nothing was read (the topic is compacted), is taken as announced.
 *
 * @param runs by rising version, none overlapping
 */
record Lineages(List<Run> runs) {

  static final Lineages NONE = new Lineages(List.of());

  /** A lineage is one training run in one directory; more are not told apart. */
  private static final int MOST = 1_000;

  static final Serde<Lineages> SERDE =
      CompactSerde.of("announced versions", 1, Lineages::write, Lineages::read);

  /** Versions of one lineage, both ends included. */
  record Run(long from, long to, String lineage) {}

  /** Whether a result may count. */
  enum Verdict {
    SOUND,
    /** Nobody has announced the version yet. */
    UNANNOUNCED,
    /** The version is of another lineage. */
    FOREIGN
  }

  Lineages {
    runs = List.copyOf(runs);
  }

  /** With one more announcement, in whatever order they are read. */
  Lineages with(ModelVersion announced) {
    long from = Math.min(announced.getLineageSince(), announced.getVersion());
    Run run = new Run(from, announced.getVersion(), announced.getLineage());
    List<Run> now = new ArrayList<>();
    boolean placed = false;
    for (Run other : runs) {
      if (other.lineage().equals(run.lineage()) && overlap(other, run)) {
        run =
            new Run(
                Math.min(other.from(), run.from()), Math.max(other.to(), run.to()), run.lineage());
      } else {
        now.add(other);
      }
    }
    for (int i = 0; i < now.size() && !placed; i++) {
      if (now.get(i).from() > run.from()) {
        now.add(i, run);
        placed = true;
      }
    }
    if (!placed) {
      now.add(run);
    }
    return new Lineages(now.size() > MOST ? now.subList(now.size() - MOST, now.size()) : now);
  }

  private static boolean overlap(Run a, Run b) {
    return a.from() <= b.to() && b.from() <= a.to();
  }

  /** The lineage that a version was announced with; empty where nothing was read of it. */
  Optional<String> of(long version) {
    for (int i = runs.size() - 1; i >= 0; i--) {
      if (runs.get(i).from() <= version && version <= runs.get(i).to()) {
        return Optional.of(runs.get(i).lineage());
      }
    }
    return Optional.empty();
  }

  Verdict verdict(long version, String lineage) {
    if (version > newest()) {
      return Verdict.UNANNOUNCED;
    }
    return of(version).map(lineage::equals).orElse(true) ? Verdict.SOUND : Verdict.FOREIGN;
  }

  /** The newest version that was announced; -1 where none was. */
  long newest() {
    return runs.stream().mapToLong(Run::to).max().orElse(-1);
  }

  private static void write(Lineages lineages, CompactOutput out) {
    out.number(lineages.runs.size());
    for (Run run : lineages.runs) {
      out.number(run.from());
      out.number(run.to());
      out.text(run.lineage());
    }
  }

  private static Lineages read(CompactInput in) {
    List<Run> runs = new ArrayList<>();
    for (long left = in.number(); left > 0; left--) {
      runs.add(new Run(in.number(), in.number(), in.text()));
    }
    return new Lineages(runs);
  }
}
