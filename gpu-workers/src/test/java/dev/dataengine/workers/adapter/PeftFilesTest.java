package dev.dataengine.workers.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.workers.model.LlavaConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeftFilesTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void read_whatWasWritten_isTheSame(boolean projector) throws IOException {
    LlavaConfig model = LlavaConfig.read(Path.of("models/tiny-llava"));
    LoraConfig lora = new LoraConfig(3, 7, 0.1, List.of("q_proj", "down_proj"), projector);
    AdapterLayout layout = new AdapterLayout(model, lora);
    float[] values = new float[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 0.25f;
    }

    PeftFiles.write(directory, layout, values, "tiny-llava");
    PeftFiles.Adapter read = PeftFiles.read(directory, model);

    assertThat(read.layout().lora()).isEqualTo(lora);
    assertThat(read.values()).isEqualTo(values);
  }
}
