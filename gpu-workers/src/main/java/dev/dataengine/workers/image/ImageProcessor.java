package dev.dataengine.workers.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * From RGB pixels to a model's input, as CLIPImageProcessor does it: resize (bicubic), rescale,
 * normalise. Immutable, safe for use by several threads.
 *
 * @param side side of the square that the model takes, in pixels
 * @param mean of each channel, of values 0..1
 * @param deviation of each channel
 */
public record ImageProcessor(int side, float[] mean, float[] deviation) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** As Pillow numbers its filters. */
  private static final int BICUBIC = 3;

  /**
   * Reads {@code preprocessor_config.json} of a model directory.
   *
   * @throws IOException where it is missing or asks for what is not supported
   */
  public static ImageProcessor load(Path directory) throws IOException {
    Path file = directory.resolve("preprocessor_config.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          directory + ": expected a model directory with preprocessor_config.json, not there");
    }
    JsonNode json = JSON.readTree(file.toFile());
    expect(file, json, "do_center_crop", json.path("do_center_crop").asBoolean(false), false);
    for (String step : List.of("do_resize", "do_rescale", "do_normalize")) {
      expect(file, json, step, json.path(step).asBoolean(true), true);
    }
    expect(file, json, "resample", json.path("resample").asInt(BICUBIC), BICUBIC);
    double factor = json.path("rescale_factor").asDouble(1 / 255.0);
    if (!(Math.abs(factor * 255 - 1) < 1e-6)) {
      throw new IOException(file + ": rescale_factor: expected 1 / 255, got " + factor);
    }
    int height = json.path("size").path("height").asInt();
    if (height <= 0 || height != json.path("size").path("width").asInt()) {
      throw new IOException(
          file + ": size: expected equal height and width in pixels, got " + json.path("size"));
    }
    float[] deviation = channels(file, json, "image_std");
    for (float each : deviation) {
      if (!(each > 0)) {
        throw new IOException(file + ": image_std: expected three numbers above 0, got " + each);
      }
    }
    return new ImageProcessor(height, channels(file, json, "image_mean"), deviation);
  }

  /** Refuses a step that would be computed otherwise than it says. */
  private static void expect(Path file, JsonNode json, String key, Object got, Object expected)
      throws IOException {
    if (!got.equals(expected)) {
      throw new IOException(
          "%s: %s: expected %s, got %s".formatted(file, key, expected, json.path(key)));
    }
  }

  private static float[] channels(Path file, JsonNode json, String key) throws IOException {
    JsonNode node = json.path(key);
    boolean numbers = node.size() == 3;
    for (JsonNode each : node) {
      numbers &= each.isNumber() && Float.isFinite((float) each.asDouble());
    }
    if (!numbers) {
      throw new IOException(file + ": " + key + ": expected three numbers, got " + node);
    }
    return new float[] {
      (float) node.get(0).asDouble(), (float) node.get(1).asDouble(), (float) node.get(2).asDouble()
    };
  }

  /** Values a call of {@link #process} makes: 3 * side * side. */
  public int length() {
    return 3 * side * side;
  }

  /** Normalised values [C,S,S] of an image of any size. */
  public float[] process(RgbImage image) {
    RgbImage resized =
        image.width() == side && image.height() == side
            ? image
            : BicubicResize.resize(image, side, side);
    float[] values = new float[length()];
    int plane = side * side;
    byte[] rgb = resized.rgb();
    for (int c = 0; c < 3; c++) {
      float scale = 1f / (255f * deviation[c]);
      float shift = mean[c] / deviation[c];
      for (int i = 0; i < plane; i++) {
        values[c * plane + i] = (rgb[3 * i + c] & 0xff) * scale - shift;
      }
    }
    return values;
  }
}
