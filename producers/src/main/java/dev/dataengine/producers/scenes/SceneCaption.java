package dev.dataengine.producers.scenes;

import dev.dataengine.producers.rules.Region;
import java.util.Comparator;
import java.util.List;

/** One exact sentence about a scene: its objects in reading order, then what is behind them. */
final class SceneCaption {

  private SceneCaption() {}

  static String of(Scene scene) {
    List<String> phrases =
        scene.objects().stream()
            .sorted(
                Comparator.comparing(SceneCaption::region)
                    .thenComparing(SceneObject::y)
                    .thenComparing(SceneObject::x))
            .map(SceneCaption::phrase)
            .toList();
    int last = phrases.size() - 1;
    String listed =
        last == 0
            ? phrases.get(0)
            : String.join(", ", phrases.subList(0, last)) + " and " + phrases.get(last);
    return Character.toUpperCase(listed.charAt(0)) + listed.substring(1) + ", " + ground(scene);
  }

  private static Region region(SceneObject object) {
    return Region.of(object.centerX(), object.centerY(), Scene.SIDE, Scene.SIDE);
  }

  private static String phrase(SceneObject object) {
    Region region = region(object);
    String place = (region == Region.CENTER ? "in the " : "at the ") + region.words();
    return "a " + object.size() + " " + object.color() + " " + object.shape() + " " + place;
  }

  private static String ground(Scene scene) {
    return switch (scene.scene()) {
      case "meadow" -> "on a meadow.";
      case "beach" -> "on a beach.";
      case "night" -> "at night.";
      case "city" -> "in a city.";
      case "snow" -> "in the snow.";
      default -> "on a " + scene.style() + " background.";
    };
  }
}
