package dev.dataengine.workers.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
    if (json.path("do_center_crop").asBoolean(false)) {
      throw new IOException(file + ": do_center_crop: expected false, got true");
    }
    int height = json.path("size").path("height").asInt();
    if (height <= 0 || height != json.path("size").path("width").asInt()) {
      throw new IOException(
          file + ": size: expected equal height and width in pixels, got " + json.path("size"));
    }
    return new ImageProcessor(
        height, channels(file, json, "image_mean"), channels(file, json, "image_std"));
  }

  private static float[] channels(Path file, JsonNode json, String key) throws IOException {
    JsonNode node = json.path(key);
    if (node.size() != 3) {
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
