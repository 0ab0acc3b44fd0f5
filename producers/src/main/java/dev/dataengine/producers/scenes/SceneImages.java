package dev.dataengine.producers.scenes;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Scenes as events: pixels inline, objects exact and complete, one exact caption. */
public final class SceneImages {

  private SceneImages() {}

  /** Identity of the image of a scene. */
  public static String id(long seed, int index) {
    return "scene-" + seed + "-" + index;
  }

  /** Draws the scene and describes it. */
  public static Image image(Scene scene, Instant publishedAt) {
    byte[] png = SceneRenderer.png(scene);
    Image image = annotation(scene, publishedAt);
    image.setBytes(ByteBuffer.wrap(png));
    image.setSha256(Sha256.hex(png));
    return image;
  }

  /** The description alone, without pixels, for those who draw the scene themselves. */
  public static Image annotation(Scene scene, Instant publishedAt) {
    Map<String, String> attributes =
        scene.scene().equals("plain")
            ? Map.of("scene", scene.scene(), "style", scene.style())
            : Map.of("scene", scene.scene());
    return Image.newBuilder()
        .setImageId(id(scene.seed(), scene.index()))
        .setSha256("")
        .setWidth(Scene.SIDE)
        .setHeight(Scene.SIDE)
        .setSource("scenes:" + scene.seed())
        .setCaptions(List.of(SceneCaption.of(scene)))
        .setObjects(scene.objects().stream().map(SceneImages::object).toList())
        .setAttributes(attributes)
        .setQuestions(List.of())
        .setPublishedAt(publishedAt)
        .build();
  }

  private static ImageObject object(SceneObject object) {
    return ImageObject.newBuilder()
        .setCategory(object.shape())
        .setBbox(
            BoundingBox.newBuilder()
                .setX(object.x())
                .setY(object.y())
                .setWidth(object.width())
                .setHeight(object.height())
                .build())
        .setAttributes(Map.of("color", object.color(), "size", object.size()))
        .build();
  }
}
