package dev.dataengine.workers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/** What the parity tests compare: the logits after a prompt, and how far two are apart. */
public final class Parity {

  /** Relative error below which two implementations agree in float32. */
  public static final double TOLERANCE = 1e-4;

  private Parity() {}

  /** Token ids of the prompt. */
  public static long[] prompt(PromptTokenizer tokenizer, String question) {
    long[] prefix = tokenizer.imagePrefix();
    long[] rest = tokenizer.question(question);
    long[] ids = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, ids, prefix.length, rest.length);
    return ids;
  }

  /**
   * Logits after the prompt's last token.
   *
   * @param directory of the model
   * @param png the image's file in base64
   */
  public static float[] logits(
      NDManager manager,
      LlavaModel model,
      Path directory,
      String png,
      long[] prompt,
      AdapterView adapter)
      throws IOException {
    ImageProcessor processor = ImageProcessor.load(directory);
    int side = processor.side();
    float[] pixels = processor.process(RgbImage.decode(Base64.getDecoder().decode(png)));
    NDArray features = model.visionFeatures(Tensors.of(manager, pixels, 1, 3, side, side));
    NDArray projected = model.project(features, adapter.projector());
    Batch batch = new RowPacker().row(prompt).segment(new long[0], new long[] {0}).pack(manager);
    float[] all = Tensors.floats(model.logits(batch, projected, adapter));
    return Arrays.copyOfRange(all, all.length - model.config().text().vocabularySize(), all.length);
  }

  /** Norm of the difference over the norm of what was expected. */
  public static double relativeError(float[] came, JsonNode expected) {
    if (came.length != expected.size()) {
      throw new AssertionError("expected " + expected.size() + " values, got " + came.length);
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < came.length; i++) {
      double e = expected.get(i).asDouble();
      difference += (came[i] - e) * (came[i] - e);
      norm += e * e;
    }
    return Math.sqrt(difference / norm);
  }
}
