package dev.dataengine.compose.chaos.poison;

import dev.dataengine.compose.chaos.observe.Templates;
import dev.dataengine.compose.chaos.observe.Templates.Template;
import dev.dataengine.compose.chaos.observe.Watched;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Bytes that are no event, on any topic. */
final class UnreadableKinds {

  private static final int HUGE_KEY = 600_000;

  /** With the batch's and the record's heads just below Kafka's 1,048,588 bytes. */
  private static final int HUGE_VALUE = 1_048_300;

  /** Of equal bytes, so that compressed it is a few kilobytes. */
  private static final int BLOWN_UP_VALUE = 4_000_000;

  private static final int LARGEST_NOISE = 2_000;
  private static final int UNKNOWN_ID = 900_000;
  private static final byte NO_MAGIC = 0x7f;

  private UnreadableKinds() {}

  static List<PoisonKind> all() {
    return List.of(
        kind(
            "random-bytes",
            (topic, id, templates, random) ->
                now(id, noise(random, 1 + random.nextInt(LARGEST_NOISE)))),
        kind("empty", (topic, id, templates, random) -> now(id, new byte[0])),
        new PoisonKind(
            "tombstone",
            Watched::isInput,
            topic -> !topic.isCompacted(),
            (topic, id, templates, random) -> now(id, null)),
        kind(
            "unknown-schema",
            (topic, id, templates, random) ->
                like(topic, templates, random)
                    .map(
                        one -> {
                          byte[] value = one.value().clone();
                          ByteBuffer.wrap(value).putInt(1, UNKNOWN_ID + random.nextInt(1_000));
                          return Draft.of(id, value);
                        })),
        kind(
            "other-event",
            (topic, id, templates, random) -> {
              List<Watched> others = new ArrayList<>(List.of(Watched.values()));
              others.remove(topic);
              Watched other = others.get(random.nextInt(others.size()));
              return like(other, templates, random).map(one -> Draft.of(id, one.value()));
            }),
        kind(
            "truncated",
            (topic, id, templates, random) ->
                like(topic, templates, random)
                    .map(one -> Draft.of(id, Arrays.copyOf(one.value(), one.value().length / 2)))),
        kind(
            "huge-key",
            (topic, id, templates, random) ->
                now(id + "-" + "k".repeat(HUGE_KEY), noise(random, 100))),
        kind("huge-value", (topic, id, templates, random) -> now(id, noise(random, HUGE_VALUE))),
        kind(
            "blown-up",
            (topic, id, templates, random) -> {
              byte[] value = new byte[BLOWN_UP_VALUE];
              Arrays.fill(value, NO_MAGIC);
              return Optional.of(new Draft(Draft.of(id, null).key(), value, true, true));
            }),
        kind(
            "no-timestamp",
            (topic, id, templates, random) ->
                Optional.of(
                    new Draft(Draft.of(id, null).key(), noise(random, 100), false, false))));
  }

  private static PoisonKind kind(String name, PoisonKind.Recipe recipe) {
    return new PoisonKind(name, Watched::isInput, topic -> true, recipe);
  }

  private static Optional<Draft> now(String key, byte @org.jspecify.annotations.Nullable [] value) {
    return Optional.of(Draft.of(key, value));
  }

  private static Optional<Template> like(
      Watched topic, Templates templates, SplittableRandom random) {
    return templates.of(topic, random.nextInt(1_000));
  }

  private static byte[] noise(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    bytes[0] = NO_MAGIC;
    return bytes;
  }
}
