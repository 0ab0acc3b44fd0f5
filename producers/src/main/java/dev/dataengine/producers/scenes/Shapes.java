package dev.dataengine.producers.scenes;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** Outlines of the shapes, each filling its box exactly. */
final class Shapes {

  private static final double[][] CROSS = {
    {1, 0}, {2, 0}, {2, 1}, {3, 1}, {3, 2}, {2, 2}, {2, 3}, {1, 3}, {1, 2}, {0, 2}, {0, 1}, {1, 1}
  };
  private static final double[][] TRIANGLE = {{1, 0}, {2, 2}, {0, 2}};

  private Shapes() {}

  static Shape of(SceneObject object) {
    Shape unit =
        switch (object.shape()) {
          case "circle" -> new Ellipse2D.Double(0, 0, 1, 1);
          case "square", "rectangle" -> new Rectangle2D.Double(0, 0, 1, 1);
          case "triangle" -> polygon(TRIANGLE);
          case "star" -> star();
          case "cross" -> polygon(CROSS);
          default -> throw new IllegalArgumentException("no shape '" + object.shape() + "'");
        };
    Rectangle2D from = unit.getBounds2D();
    AffineTransform place = AffineTransform.getTranslateInstance(object.x(), object.y());
    place.scale(object.width() / from.getWidth(), object.height() / from.getHeight());
    place.translate(-from.getX(), -from.getY());
    return place.createTransformedShape(unit);
  }

  private static Shape star() {
    double[][] points = new double[10][];
    for (int i = 0; i < 10; i++) {
      double angle = Math.PI * i / 5;
      double radius = i % 2 == 0 ? 1 : 0.42;
      points[i] = new double[] {radius * Math.sin(angle), -radius * Math.cos(angle)};
    }
    return polygon(points);
  }

  private static Shape polygon(double[][] points) {
    Path2D path = new Path2D.Double();
    path.moveTo(points[0][0], points[0][1]);
    for (int i = 1; i < points.length; i++) {
      path.lineTo(points[i][0], points[i][1]);
    }
    path.closePath();
    return path;
  }
}
