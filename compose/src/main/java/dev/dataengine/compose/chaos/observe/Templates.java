package dev.dataengine.compose.chaos.observe;

import dev.dataengine.compose.chaos.wire.UnreadableException;
import dev.dataengine.compose.chaos.wire.WireFormat;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Some sound records of every topic, to make bad ones of. Safe for several threads. */
public final class Templates {

  /**
   * Header of the records that chaos itself sends. Some look sound, and a bad one made of such a
   * one may be bad in a way that no service can see.
   */
  public static final String OURS = "chaos";

  /** Of a topic: the first and the last so many. */
  private static final int KEPT = 16;

  /** A record as it was read. */
  public record Template(byte @Nullable [] key, byte[] value) {}

  private final WireFormat wire;
  private final Map<Watched, List<Template>> kept = new EnumMap<>(Watched.class);

  Templates(WireFormat wire) {
    this.wire = wire;
  }

  synchronized void offer(Watched topic, byte @Nullable [] key, byte[] value) {
    List<Template> some = kept.computeIfAbsent(topic, t -> new ArrayList<>());
    if (some.size() == 2 * KEPT) {
      some.remove(KEPT);
    }
    some.add(new Template(key, value));
  }

  /** One of the topic's, by a number from 0; empty where none came yet. */
  public synchronized Optional<Template> of(Watched topic, int which) {
    List<Template> some = kept.getOrDefault(topic, List.of());
    return some.isEmpty() ? Optional.empty() : Optional.of(some.get(which % some.size()));
  }

  /** The event of a record, for the caller to alter. */
  public GenericRecord read(Watched topic, Template template)
      throws UnreadableException, InterruptedException {
    return wire.read(template.value(), topic.event());
  }
}
