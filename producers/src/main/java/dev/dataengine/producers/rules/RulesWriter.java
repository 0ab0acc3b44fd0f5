package dev.dataengine.producers.rules;

import dev.dataengine.events.AnnotatedQuestion;
import dev.dataengine.events.Image;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes questions from what an image's annotation says, so their answers are right by
 * construction. Questions published with the image come first; rules serve the types that it has
 * none of. Works on any annotation of the form of COCO (category and box); colours, sizes and
 * shapes, boxes within the image, scene and style add types of questions where they are there.
 * Stateless and safe for several threads.
 */
public final class RulesWriter {

  private final Map<String, QuestionRule> rules = new LinkedHashMap<>();
  private final ObjectPresence presence = new ObjectPresence(ObjectLocalization.TYPE);

  public RulesWriter() {
    for (QuestionRule rule :
        List.of(
            new AttributeRecognition(),
            new ObjectLocalization(),
            new AttributeComparison(),
            new SpatialRelationship(),
            ImageAttribute.scene(),
            ImageAttribute.style(),
            new ImageTopic())) {
      rules.put(rule.type(), rule);
    }
  }

  /** The types that have a rule, in a fixed order. */
  public List<String> types() {
    return List.copyOf(rules.keySet());
  }

  /** One question of the type about the image; empty where nothing settles an answer. */
  public Optional<Candidate> write(Image image, String type, RandomGenerator random) {
    Optional<Candidate> published = Published.write(image, type, random);
    QuestionRule rule = rules.get(type);
    return published.isPresent() || rule == null ? published : rule.write(Facts.of(image), random);
  }

  /**
   * Distinct questions of every type about the image: what was published with it, and up to {@code
   * maxPerType} of each rule.
   */
  public List<Candidate> all(Image image, RandomGenerator random, int maxPerType) {
    List<Candidate> all = new ArrayList<>();
    for (AnnotatedQuestion question : image.getQuestions()) {
      all.add(Published.candidate(question, image, random));
    }
    Facts facts = Facts.of(image);
    for (QuestionRule rule : rules.values()) {
      all.addAll(distinct(() -> rule.write(facts, random), maxPerType));
    }
    return all;
  }

  /** Up to {@code max} distinct questions whether something is in the image. */
  public List<Candidate> existence(Image image, RandomGenerator random, int max) {
    Facts facts = Facts.of(image);
    return distinct(() -> presence.write(facts, random), max);
  }

  private static List<Candidate> distinct(Supplier<Optional<Candidate>> rule, int max) {
    Map<String, Candidate> distinct = new LinkedHashMap<>();
    for (int i = 0; i < 2 * max && distinct.size() < max; i++) {
      rule.get().ifPresent(c -> distinct.putIfAbsent(c.question(), c));
    }
    return List.copyOf(distinct.values());
  }
}
