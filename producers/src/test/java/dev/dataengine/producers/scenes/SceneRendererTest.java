package dev.dataengine.producers.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SceneRendererTest {

  private static final int COLUMNS = 8;
  private static final int ROWS = 5;

  @Test
  void png_sameSceneTwice_sameBytes() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(7);
    for (int i = 0; i < 20; i++) {
      assertThat(SceneRenderer.png(generator.scene(i)))
          .isEqualTo(SceneRenderer.png(generator.scene(i)));
    }
  }

  @Test
  void render_everyObject_hasItsColorInItsCenter() {
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(3);
    for (int i = 0; i < 300; i++) {
      Scene scene = generator.scene(i);
      BufferedImage image = SceneRenderer.render(scene);
      for (SceneObject object : scene.objects()) {
        int x = (int) object.centerX();
        int y = (int) object.centerY();
        assertThat(image.getRGB(x, y) & 0xFFFFFF).as("%s", object).isEqualTo(object.rgb());
      }
    }
  }

  /** Writes sheets to look at: full size, and as a model sees them, at 64 pixels. */
  @Test
  void render_contactSheet_isWritten() throws IOException {
    BufferedImage full = sheet(Scene.SIDE, Scene.SIDE);
    BufferedImage small = sheet(64, 128);
    Files.write(Path.of("target/scenes.png"), SceneRenderer.png(full));
    Files.write(Path.of("target/scenes-64.png"), SceneRenderer.png(small));
    assertThat(Path.of("target/scenes.png")).isNotEmptyFile();
  }

  private static BufferedImage sheet(int pixels, int shown) {
    BufferedImage sheet =
        new BufferedImage(COLUMNS * (shown + 4), ROWS * (shown + 4), BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    SceneGenerator generator = SceneSpace.PUBLISHED.generator(1);
    for (int i = 0; i < COLUMNS * ROWS; i++) {
      Image scaled =
          SceneRenderer.render(generator.scene(i))
              .getScaledInstance(pixels, pixels, Image.SCALE_AREA_AVERAGING);
      BufferedImage once = new BufferedImage(pixels, pixels, BufferedImage.TYPE_INT_RGB);
      Graphics2D copy = once.createGraphics();
      copy.drawImage(scaled, 0, 0, null);
      copy.dispose();
      pen.drawImage(once, i % COLUMNS * (shown + 4), i / COLUMNS * (shown + 4), shown, shown, null);
    }
    pen.dispose();
    return sheet;
  }
}
