package dev.dataengine.workers.train;

import dev.dataengine.events.ModelVersion;
import dev.dataengine.failure.MisconfiguredException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a start goes on, from what the checkpoint directory holds and what was announced. A version
 * (model, number) has one content for ever, so a start goes on in the same run only from the newest
 * checkpoint, and only where that is the newest announced or newer. From any other it begins
 * another run, with numbers above all that were ever seen:
 *
 * <pre>
 *   no checkpoint                             a run from the base
 *   newest one torn or altered                a run from the newest whole one
 *   newest one older than what was announced  a run from it
 *   newest one's number announced by others   a run from one before those
 * </pre>
 *
 * @param from checkpoint to go on from; null for the base
 * @param begins whether another run begins
 * @param number of that run's first version; else of {@code from}
 * @param told what was found amiss, for people; empty where all is well
 */
record ResumePlan(@Nullable SavedVersion from, boolean begins, long number, List<String> told) {

  ResumePlan {
    told = List.copyOf(told);
  }

  /**
   * @throws MisconfiguredException where there are checkpoints and none can be gone on from
   */
  static ResumePlan of(CheckpointStore store, Announcements announced) throws IOException {
    List<Long> versions = store.versions();
    long newest = announced.newest().map(ModelVersion::getVersion).orElse(-1L);
    if (versions.isEmpty()) {
      return new ResumePlan(null, true, newest + 1, List.of());
    }
    long unused = Math.max(newest, versions.get(0)) + 1;
    List<String> told = new ArrayList<>();
    for (long version : versions) {
      CheckpointStore.Finding found = store.look(version, announced.at(version));
      if (found instanceof CheckpointStore.Damaged damaged) {
        told.add(unused(store, version, announced).orElseGet(() -> unused(version, damaged)));
      } else if (found instanceof CheckpointStore.Whole whole) {
        SavedVersion saved = whole.saved();
        if (!announced.contradict(saved.state())) {
          return goingOn(saved, newest, unused, told);
        }
        told.add(unused(saved));
      }
    }
    throw new MisconfiguredException(
        "%s holds checkpoints, and none can be gone on from (%s); restore one, or begin anew in another checkpoint-directory"
            .formatted(store.directory(), String.join("; ", told)));
  }

  /**
   * Of a checkpoint that is not what was announced under its number: whether it is a sound one, of
   * a run that lost the number to another.
   */
  private static Optional<String> unused(
      CheckpointStore store, long version, Announcements announced) {
    return announced.at(version) != null
            && store.look(version, null) instanceof CheckpointStore.Whole whole
            && announced.contradict(whole.saved().state())
        ? Optional.of(unused(whole.saved()))
        : Optional.empty();
  }

  private static String unused(SavedVersion saved) {
    return "checkpoint v%d of run '%s' is not used: that number is another run's"
        .formatted(saved.state().version(), saved.state().lineage());
  }

  private static String unused(long version, CheckpointStore.Damaged damaged) {
    return "checkpoint v%d is not used: %s".formatted(version, damaged.reason());
  }

  private static ResumePlan goingOn(
      SavedVersion saved, long newest, long unused, List<String> told) {
    long version = saved.state().version();
    if (version < newest) {
      told.add(
          "v%d was announced, and the newest checkpoint that can be gone on from is v%d: samples since that one train again"
              .formatted(newest, version));
    }
    boolean begins = !told.isEmpty();
    return new ResumePlan(saved, begins, begins ? unused : version, told);
  }

  Optional<SavedVersion> checkpoint() {
    return Optional.ofNullable(from);
  }
}
