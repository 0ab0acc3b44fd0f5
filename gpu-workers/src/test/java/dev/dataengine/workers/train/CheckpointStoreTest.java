package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.workers.adapter.AdapterLayout;
import dev.dataengine.workers.adapter.LoraConfig;
import dev.dataengine.workers.model.LlavaConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {

  @TempDir Path directory;

  @Test
  void latest_afterSeveralWrites_isTheNewestAsWritten() throws IOException {
    AdapterLayout layout = layout(LoraConfig.defaults());
    CheckpointStore store = new CheckpointStore(directory, 2);
    for (long version = 0; version < 4; version++) {
      store.write(saved(version, layout), layout, "tiny-llava");
    }

    CheckpointStore.Saved latest = store.latest(layout).orElseThrow();

    CheckpointStore.Saved written = saved(3, layout);
    assertThat(latest.state()).isEqualTo(written.state());
    assertThat(latest.values()).isEqualTo(written.values());
    assertThat(latest.firstMoment()).isEqualTo(written.firstMoment());
    assertThat(latest.secondMoment()).isEqualTo(written.secondMoment());
    assertThat(store.directory(2)).exists();
    assertThat(store.directory(1)).doesNotExist();
  }

  @Test
  void latest_afterAWriteThatWasKilled_isTheOneBefore() throws IOException {
    AdapterLayout layout = layout(LoraConfig.defaults());
    CheckpointStore store = new CheckpointStore(directory, 2);
    store.write(saved(0, layout), layout, "tiny-llava");
    Path unfinished = Files.createDirectory(directory.resolve(".unfinished-1"));
    Files.writeString(unfinished.resolve("trainer_state.json"), "{\"version\":");

    assertThat(store.latest(layout).orElseThrow().state().version()).isZero();

    store.write(saved(1, layout), layout, "tiny-llava");
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void latest_ofAnotherAdapter_isRefusedWithTheRemedy() throws IOException {
    AdapterLayout layout = layout(LoraConfig.defaults());
    CheckpointStore store = new CheckpointStore(directory, 2);
    store.write(saved(0, layout), layout, "tiny-llava");
    AdapterLayout other = layout(new LoraConfig(4, 16, 0, LoraConfig.MODULES, false));

    assertThatThrownBy(() -> store.latest(other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it was made with another lora configuration");
  }

  private static CheckpointStore.Saved saved(long version, AdapterLayout layout) {
    TrainerState state =
        new TrainerState(
            version,
            "ab",
            10 * version,
            Map.of(0, 5 * version, 3, 7L),
            320 * version,
            Map.of("image_scene", 320 * version),
            version,
            1_234,
            version == 0 ? null : 0.5,
            null,
            Instant.parse("2026-11-23T10:00:00.123Z"));
    float[] values = new float[layout.size()];
    java.util.Arrays.fill(values, version + 0.1f);
    return new CheckpointStore.Saved(state, values, values.clone(), values.clone());
  }

  private static AdapterLayout layout(LoraConfig lora) throws IOException {
    return new AdapterLayout(LlavaConfig.read(Path.of("models/tiny-llava")), lora);
  }
}
