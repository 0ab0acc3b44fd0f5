package dev.dataengine.compose.pretrain;

import dev.dataengine.events.Image;
import dev.dataengine.producers.rules.Candidate;
import dev.dataengine.producers.rules.Region;
import dev.dataengine.producers.rules.RulesWriter;
import dev.dataengine.producers.scenes.Scene;
import dev.dataengine.producers.scenes.SceneGenerator;
import dev.dataengine.producers.scenes.SceneImages;
import dev.dataengine.producers.scenes.SceneObject;
import dev.dataengine.producers.scenes.SceneRenderer;
import dev.dataengine.producers.scenes.SceneSpace;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.pretrain.PretrainExample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * Examples to pre-train on, scenes of a seed space that nothing else draws from: with questions by
 * a fixed mix, half of them with a caption, or with questions whether something is there. The mix
 * asks nothing of the types image_scene and image_style, so that a fresh loop has something to
 * find: the captions teach what these types ask about, but no question does.
 */
public final class SceneExamples implements LongFunction<PretrainExample> {

  /** Share of each type among the questions, before what the images allow. */
  static final Map<String, Double> MIX =
      Map.of(
          "attribute_recognition", 2.0,
          "image_topic", 0.6,
          "object_localization", 2.5,
          "attribute_comparison", 1.2,
          "spatial_relationship", 1.2);

  private static final int QUESTIONS = 9;
  private static final int PER_TYPE = 4;

  /** Columns and rows that the vision tower learns to tell apart. */
  private static final int CELLS = 8;

  /** Share of the images that are described: captions are long beside answers. */
  private static final double DESCRIBED = 0.5;

  private static final List<String> DESCRIBE =
      List.of("Describe the image.", "What is in the image?");

  private final SceneGenerator scenes;
  private final long seed;
  private final boolean existence;
  private final RulesWriter rules = new RulesWriter();

  private SceneExamples(int seed, boolean existence) {
    this.scenes = SceneSpace.PRETRAINING.generator(seed);
    this.seed = seed;
    this.existence = existence;
  }

  /** Captions, and questions by the mix. */
  public static SceneExamples mixed(int seed) {
    return new SceneExamples(seed, false);
  }

  /** Only questions whether something is there; a caption where none can be asked. */
  public static SceneExamples existence(int seed) {
    return new SceneExamples(seed, true);
  }

  @Override
  public PretrainExample apply(long index) {
    Random random = new Random(seed * 1_000_003L + index);
    Scene scene = scenes.scene(Math.toIntExact(index));
    Image image = SceneImages.annotation(scene, Instant.EPOCH);
    List<PretrainExample.Turn> turns = new ArrayList<>();
    List<Candidate> questions =
        existence ? rules.existence(image, random, QUESTIONS) : draw(image, random);
    boolean described = random.nextDouble() < DESCRIBED && !existence;
    if (described || questions.isEmpty()) {
      turns.add(
          new PretrainExample.Turn(
              DESCRIBE.get(random.nextInt(DESCRIBE.size())), image.getCaptions().get(0)));
    }
    for (Candidate candidate : questions) {
      turns.add(new PretrainExample.Turn(candidate.question(), candidate.answer()));
    }
    return new PretrainExample(RgbImage.of(SceneRenderer.render(scene)), turns, regions(scene));
  }

  private static List<PretrainExample.Region> regions(Scene scene) {
    List<PretrainExample.Region> regions = new ArrayList<>();
    // a patch sees nothing of what is behind it, but a tower that is asked for it everywhere learns
    // to look elsewhere; "plain" is a scene and a style
    regions.add(
        new PretrainExample.Region(
            0, 0, 1, 1, List.of("scene " + scene.scene(), "style " + scene.style())));
    scene.objects().stream().map(SceneExamples::region).forEach(regions::add);
    return regions;
  }

  private static PretrainExample.Region region(SceneObject object) {
    double side = Scene.SIDE;
    List<String> labels = new ArrayList<>();
    Collections.addAll(labels, "object", object.shape(), object.color(), object.size());
    Collections.addAll(
        labels, Region.of(object.centerX(), object.centerY(), side, side).words().split(" "));
    Collections.addAll(labels, "column " + cell(object.centerX()), "row " + cell(object.centerY()));
    return new PretrainExample.Region(
        object.x() / side,
        object.y() / side,
        (object.x() + object.width()) / side,
        (object.y() + object.height()) / side,
        labels);
  }

  /** Where its middle lies: without it nothing in the tower's stage asks for places. */
  private static int cell(double middle) {
    return (int) (middle * CELLS / Scene.SIDE);
  }

  /** Distinct questions, types drawn by the mix. */
  private List<Candidate> draw(Image image, Random random) {
    Map<String, List<Candidate>> byType = new HashMap<>();
    for (Candidate candidate : rules.all(image, random, PER_TYPE)) {
      byType.computeIfAbsent(candidate.type(), t -> new ArrayList<>()).add(candidate);
    }
    byType.keySet().retainAll(MIX.keySet());
    // in the order of names, for a map's own order is not the same in every process
    new TreeMap<>(byType).values().forEach(list -> Collections.shuffle(list, random));
    List<Candidate> drawn = new ArrayList<>();
    while (drawn.size() < QUESTIONS && !byType.isEmpty()) {
      String type = drawType(byType, random);
      List<Candidate> left = byType.getOrDefault(type, List.of());
      drawn.add(left.remove(left.size() - 1));
      if (left.isEmpty()) {
        byType.remove(type);
      }
    }
    return drawn;
  }

  /** A type of the mix that has a question left. */
  private static String drawType(Map<String, List<Candidate>> byType, Random random) {
    List<String> types = byType.keySet().stream().sorted().toList();
    double total = types.stream().mapToDouble(t -> MIX.getOrDefault(t, 0.0)).sum();
    double point = random.nextDouble() * total;
    for (String type : types) {
      point -= MIX.getOrDefault(type, 0.0);
      if (point <= 0) {
        return type;
      }
    }
    return types.get(types.size() - 1);
  }
}
