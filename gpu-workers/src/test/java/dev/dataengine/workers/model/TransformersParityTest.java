package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.image.RgbImage;
import dev.dataengine.workers.tensor.PyTorch;
import dev.dataengine.workers.tensor.Tensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/**
 * The shipped model gives what transformers gives for the same directory; the fixture is made by
 * {@code gpu-workers/dev/transformers_logits.py}.
 */
class TransformersParityTest {

  private static final double TOLERANCE = 1e-4;

  @Test
  void logits_ofTheShippedModel_areThoseOfTransformers() throws Exception {
    Path directory = Path.of("models/tiny-llava");
    JsonNode fixture =
        new ObjectMapper().readTree(getClass().getResourceAsStream("transformers-logits.json"));
    PyTorch.start();
    try (NDManager manager = NDManager.newBaseManager();
        LlavaModel model = LlavaModel.load(manager, directory, PrecisionChoice.FLOAT32);
        PromptTokenizer tokenizer = PromptTokenizer.load(directory, model.config());
        LoadedAdapter none = LoadedAdapter.none(manager, model)) {
      ImageProcessor processor = ImageProcessor.load(directory);
      byte[] png = Base64.getDecoder().decode(fixture.get("image").asText());
      float[] pixels = processor.process(RgbImage.decode(png));
      int side = processor.side();
      NDArray features = model.visionFeatures(Tensors.of(manager, pixels, 1, 3, side, side));
      NDArray projected = model.project(features, model.projector());
      for (JsonNode test : fixture.get("cases")) {
        long[] ids = prompt(tokenizer, test.get("question").asText());
        assertThat(ids).isEqualTo(longs(test.get("ids")));
        Batch batch = new RowPacker().row(ids).segment(new long[0], new long[] {0}).pack(manager);
        float[] all = Tensors.floats(model.logits(batch, projected, none.view()));
        int vocabulary = model.config().text().vocabularySize();
        float[] last = Arrays.copyOfRange(all, all.length - vocabulary, all.length);
        assertThat(relativeError(last, test.get("logits"))).isLessThan(TOLERANCE);
      }
    }
  }

  private static long[] prompt(PromptTokenizer tokenizer, String question) {
    long[] prefix = tokenizer.imagePrefix();
    long[] rest = tokenizer.question(question);
    long[] ids = Arrays.copyOf(prefix, prefix.length + rest.length);
    System.arraycopy(rest, 0, ids, prefix.length, rest.length);
    return ids;
  }

  private static long[] longs(JsonNode array) {
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asLong();
    }
    return values;
  }

  /** Norm of the difference over the norm of what was expected. */
  private static double relativeError(float[] came, JsonNode expected) {
    assertThat(came).hasSize(expected.size());
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
