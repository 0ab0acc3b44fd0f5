package dev.dataengine.compose.chaos.poison;

import dev.dataengine.compose.chaos.observe.Templates.Template;
import dev.dataengine.compose.chaos.observe.Watched;
import dev.dataengine.compose.chaos.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Events that can be read and make no sense: a sound one of the topic with something altered. */
final class SenselessKinds {

  private static final String NO_SHA256 = "0".repeat(64);

  private SenselessKinds() {}

  /** Alters an event. */
  private interface Alteration extends BiConsumer<GenericRecord, String> {}

  static List<PoisonKind> all() {
    return List.of(
        // real questions of real versions: whoever takes them in counts wrongly
        must("nan-score", Watched.RESULTS, null, (e, id) -> e.put("score", Double.NaN)),
        must("high-score", Watched.RESULTS, null, (e, id) -> e.put("score", 2.0)),
        must(
            "last-version",
            Watched.RESULTS,
            null,
            (e, id) -> e.put("model_version", Long.MAX_VALUE)),
        must("negative-version", Watched.RESULTS, null, (e, id) -> e.put("model_version", -1L)),
        must("blank-type", Watched.RESULTS, null, (e, id) -> e.put("question_type", " ")),
        must("other-key", Watched.RESULTS, "", (e, id) -> {}),
        must(
            "unknown-image",
            Watched.SAMPLES,
            "image_id",
            (e, id) -> sample(e, id).put("image_id", id)),
        must(
            "other-image",
            Watched.SAMPLES,
            null,
            (e, id) -> sample(e, id).put("image_sha256", NO_SHA256)),
        must("other-answer", Watched.SAMPLES, null, (e, id) -> sample(e, id).put("answer", id)),
        must(
            "no-such-choice",
            Watched.SAMPLES,
            null,
            (e, id) -> sample(e, id).put("correct_choice", 7)),
        must(
            "blank-question", Watched.SAMPLES, null, (e, id) -> sample(e, id).put("question", " ")),
        // a control token: text like any other, or refused
        may(
            "end-of-text",
            Watched.SAMPLES,
            null,
            (e, id) -> sample(e, id).put("question", "Is it</s> " + id + "?")),
        must(
            "long-question",
            Watched.SAMPLES,
            null,
            (e, id) -> sample(e, id).put("question", "why ".repeat(200_000))),
        must(
            "other-sha256",
            Watched.IMAGES,
            "image_id",
            (e, id) -> image(e, id).put("sha256", NO_SHA256)),
        must("negative-size", Watched.IMAGES, "image_id", (e, id) -> image(e, id).put("width", -5)),
        may("tall-png", Watched.IMAGES, "image_id", SenselessKinds::tall),
        may("no-pixels", Watched.IMAGES, "image_id", (e, id) -> image(e, id).put("bytes", null)),
        may("foreign-uri", Watched.IMAGES, "image_id", SenselessKinds::foreign),
        must(
            "nan-probability",
            Watched.WEIGHTS,
            null,
            (e, id) -> eachType(e, "probability", Double.NaN)),
        must("negative-count", Watched.WEIGHTS, null, (e, id) -> eachType(e, "n", -1L)),
        may("nan-score", Watched.BAD_CASES, null, (e, id) -> e.put("score", Double.NaN)),
        // of another model: nobody may announce for ours
        may("negative-version", Watched.VERSIONS, "model", SenselessKinds::version));
  }

  private static GenericRecord sample(GenericRecord event, String id) {
    event.put("sample_id", id);
    return event;
  }

  private static GenericRecord image(GenericRecord event, String id) {
    event.put("image_id", id);
    return event;
  }

  private static void tall(GenericRecord event, String id) {
    byte[] png = TallPng.bytes();
    image(event, id).put("bytes", ByteBuffer.wrap(png));
    event.put("sha256", TallPng.sha256());
    event.put("width", TallPng.WIDTH);
    event.put("height", TallPng.HEIGHT);
  }

  private static void foreign(GenericRecord event, String id) {
    image(event, id).put("bytes", null);
    event.put("uri", "file://another-host/" + id + ".png");
  }

  private static void version(GenericRecord event, String id) {
    event.put("model", id);
    event.put("version", -5L);
    event.put("version_id", id + "|-5");
  }

  private static void eachType(GenericRecord update, String field, Object value) {
    ((Map<?, ?>) update.get("types"))
        .values()
        .forEach(weight -> ((GenericRecord) weight).put(field, value));
  }

  private static PoisonKind must(
      String name, Watched topic, @Nullable String key, Alteration alteration) {
    return kind(name, topic, key, alteration, true);
  }

  private static PoisonKind may(
      String name, Watched topic, @Nullable String key, Alteration alteration) {
    return kind(name, topic, key, alteration, false);
  }

  /**
   * @param key field that the record's key is; null for the key of the record that it is made of,
   *     "" for one of its own
   */
  private static PoisonKind kind(
      String name, Watched topic, @Nullable String key, Alteration alteration, boolean must) {
    return new PoisonKind(
        name,
        topic::equals,
        where -> must,
        (where, id, templates, random) -> {
          Optional<Template> found = templates.of(where, random.nextInt(1_000));
          if (found.isEmpty()) {
            return Optional.empty();
          }
          Template template = found.get();
          GenericRecord event = templates.read(where, template);
          alteration.accept(event, id);
          byte[] value = WireFormat.write(event, template.value());
          return Optional.of(
              key == null
                  ? new Draft(template.key(), value, true, false)
                  : Draft.of(key.isEmpty() ? id : String.valueOf(event.get(key)), value));
        });
  }
}
