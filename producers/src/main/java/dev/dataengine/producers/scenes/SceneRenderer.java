package dev.dataengine.producers.scenes;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Draws scenes with Java2D; needs no display. Pixels depend on the scene only. */
public final class SceneRenderer {

  private static final BasicStroke OUTLINE = new BasicStroke(4);

  private SceneRenderer() {}

  /** The scene in RGB, {@link Scene#SIDE} pixels square. */
  public static BufferedImage render(Scene scene) {
    BufferedImage image = new BufferedImage(Scene.SIDE, Scene.SIDE, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    try {
      pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      pen.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      new Backdrops(pen, scene).draw();
      for (SceneObject object : scene.objects()) {
        draw(pen, object, scene.isBusy());
      }
    } finally {
      pen.dispose();
    }
    return image;
  }

  /** The scene as a PNG file. */
  public static byte[] png(Scene scene) {
    return png(render(scene));
  }

  static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(8_192);
    try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", stream)) {
        throw new IllegalStateException("this Java has no PNG writer (module java.desktop)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void draw(Graphics2D pen, SceneObject object, boolean outlined) {
    Shape shape = Shapes.of(object);
    if (outlined) {
      pen.setStroke(OUTLINE);
      pen.setColor(Color.WHITE);
      pen.draw(shape);
    }
    pen.setColor(new Color(object.rgb()));
    pen.fill(shape);
  }
}
