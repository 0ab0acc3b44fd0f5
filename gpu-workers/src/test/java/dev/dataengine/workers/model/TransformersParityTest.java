package dev.dataengine.workers.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dataengine.workers.adapter.LoadedAdapter;
import dev.dataengine.workers.tensor.PyTorch;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The shipped model gives what transformers gives for the same directory; the fixture is made by
 * {@code gpu-workers/dev/transformers_logits.py}.
 */
class TransformersParityTest {

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
      String png = fixture.get("image").asText();
      for (JsonNode test : fixture.get("cases")) {
        long[] ids = Parity.prompt(tokenizer, test.get("question").asText());
        assertThat(ids).isEqualTo(longs(test.get("ids")));
        float[] logits = Parity.logits(manager, model, directory, png, ids, none.view());
        assertThat(Parity.relativeError(logits, test.get("logits"))).isLessThan(Parity.TOLERANCE);
      }
    }
  }

  private static long[] longs(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToLong(JsonNode::asLong).toArray();
  }
}
