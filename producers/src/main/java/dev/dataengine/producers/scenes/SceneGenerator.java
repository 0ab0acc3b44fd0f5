package dev.dataengine.producers.scenes;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * An endless sequence of scenes; the same seed and index give the same scene, in any order and from
 * any thread. Half of the scenes draw their colours, and half their shapes, from a few values only,
 * so that there is something to count and to compare.
 */
public final class SceneGenerator {

  private static final int MAX_OBJECTS = 5;
  private static final int BORDER = 4;
  private static final int GAP = 8;
  private static final int TINTS = 4;
  private static final double LONE_OBJECT = 0.2;
  private static final double PLAIN_SCENE = 0.3;

  private final long seed;

  /**
   * @param seed 0 to 2^33 - 1; see {@link SceneSpace} for who uses which
   */
  public SceneGenerator(long seed) {
    if (seed < 0 || seed >= 1L << 33) {
      throw new IllegalArgumentException("seed: expected 0 to 2^33 - 1, got " + seed);
    }
    this.seed = seed;
  }

  public long seed() {
    return seed;
  }

  /** The scene at {@code index}, 0 or more. */
  public Scene scene(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("index: expected 0 or more, got " + index);
    }
    SplittableRandom random = new SplittableRandom(state(index));
    int tint = random.nextInt(TINTS);
    if (random.nextDouble() < LONE_OBJECT) {
      return new Scene(seed, index, objects(random, 1), "plain", "plain", tint);
    }
    boolean plain = random.nextDouble() < PLAIN_SCENE;
    String scene =
        plain ? "plain" : SceneVocabulary.SCENES.get(1 + random.nextInt(5)); // 0 is plain
    String style = plain ? pick(SceneVocabulary.STYLES, random) : "plain";
    return new Scene(
        seed, index, objects(random, 1 + random.nextInt(MAX_OBJECTS)), scene, style, tint);
  }

  /** Seed and index as one number that no other pair has, then Stafford's bijective mix. */
  private long state(int index) {
    long z = (seed << 31) | index;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static List<SceneObject> objects(SplittableRandom random, int count) {
    List<String> shapes = some(SceneVocabulary.SHAPES, random);
    List<String> colors = some(SceneVocabulary.COLORS, random);
    List<SceneObject> placed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String shape = pick(shapes, random);
      String color = pick(colors, random);
      String size = pick(SceneVocabulary.SIZES, random);
      place(shape, color, size, placed, random);
    }
    return placed;
  }

  /** Adds the object where a free place is found in some tries; leaves it out otherwise. */
  private static void place(
      String shape, String color, String size, List<SceneObject> placed, SplittableRandom random) {
    int longest = SceneVocabulary.diameters(size).draw(random);
    boolean upright = random.nextBoolean();
    int shortest = shape.equals("rectangle") ? longest * (40 + random.nextInt(31)) / 100 : longest;
    int width = upright ? shortest : longest;
    int height = upright ? longest : shortest;
    int rgb = jitter(SceneVocabulary.RGB.getOrDefault(color, 0), random);
    for (int attempt = 0; attempt < 60; attempt++) {
      int x = BORDER + random.nextInt(Scene.SIDE - 2 * BORDER - width + 1);
      int y = BORDER + random.nextInt(Scene.SIDE - 2 * BORDER - height + 1);
      SceneObject object = new SceneObject(shape, color, size, rgb, x, y, width, height);
      if (placed.stream().noneMatch(other -> object.crowds(other, GAP))) {
        placed.add(object);
        return;
      }
    }
  }

  /** All values, or two or three of them. */
  private static List<String> some(List<String> values, SplittableRandom random) {
    if (random.nextBoolean()) {
      return values;
    }
    List<String> rest = new ArrayList<>(values);
    List<String> few = new ArrayList<>();
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      few.add(rest.remove(random.nextInt(rest.size())));
    }
    return few;
  }

  /** Shifts the lightness by up to 8 and each channel by up to 3 of 255. */
  private static int jitter(int rgb, SplittableRandom random) {
    int lightness = random.nextInt(17) - 8;
    int result = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int channel = ((rgb >> shift) & 0xFF) + lightness + random.nextInt(7) - 3;
      result |= Math.max(0, Math.min(255, channel)) << shift;
    }
    return result;
  }

  private static String pick(List<String> values, SplittableRandom random) {
    return values.get(random.nextInt(values.size()));
  }
}
