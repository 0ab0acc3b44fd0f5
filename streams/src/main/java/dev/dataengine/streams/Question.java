package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one question of one benchmark and model: a slot for each version that is
 * kept and answered it. Slots of versions that are no longer kept go when the question is answered
 * the next time.
 *
 * @param slots by rising version
 */
record Question(List<Slot> slots) implements Kept {

  static final Question NEW = new Question(List.of());

  Question {
    slots = List.copyOf(slots);
  }

  @Nullable Slot slot(long version) {
    for (Slot slot : slots) {
      if (slot.version() == version) {
        return slot;
      }
    }
    return null;
  }

  /**
   * With that slot in the place of its version's.
   *
   * @param closed slots up to this version go
   */
  Question with(Slot slot, long closed) {
    List<Slot> now = new ArrayList<>(slots.size() + 1);
    boolean placed = false;
    for (Slot other : slots) {
      if (!placed && other.version() >= slot.version()) {
        now.add(slot);
        placed = true;
      }
      if (other.version() > closed && other.version() != slot.version()) {
        now.add(other);
      }
    }
    if (!placed) {
      now.add(slot);
    }
    return new Question(now);
  }
}
