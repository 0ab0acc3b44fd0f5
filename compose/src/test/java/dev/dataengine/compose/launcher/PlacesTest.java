package dev.dataengine.compose.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.config.ConfigException;
import dev.dataengine.config.ConfigLoader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private static Places places(String... flags) {
    return new Places(
        new ConfigLoader(Map.of())
            .load(DataEngineConfig.defaults(), Optional.empty(), List.of(flags)));
  }

  @Test
  void images_nothingSaid_areTheBenchmarks() {
    assertThat(places().images()).isEqualTo("scenes:1");
    assertThat(places("benchmark=nlvr:/d").images()).isEqualTo("nlvr:/d/dev");
  }

  @Test
  void images_namedByEitherKey_areThose() {
    assertThat(places("images=coco:a,b").images()).isEqualTo("coco:a,b");
    assertThat(places("image-publisher.source=jsonl:/d/x").images()).isEqualTo("jsonl:/d/x");
    assertThat(places("image-publisher.source=jsonl:/d/x").imageDirectories())
        .as("where the trainer may read them")
        .containsExactly("/d");
    assertThat(places("image-publisher.source=scenes:2", "images=scenes:2").images())
        .isEqualTo("scenes:2");
  }

  @Test
  void images_namedDifferentlyByBothKeys_areRefused() {
    assertThatThrownBy(places("image-publisher.source=scenes:2", "images=scenes:3")::images)
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "image-publisher.source: 'scenes:2' and images: 'scenes:3' both say what is published;"
                + " set one of both");
  }
}
