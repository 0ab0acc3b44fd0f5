package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.model.PromptTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PatchLabelsTest {

  private static final PatchLabels LABELS = new PatchLabels(List.of("red", "circle"), 4);

  /** Where the label is borne, as rows of the grid. */
  private static String marked(int label, PretrainExample.Region... regions) {
    float[] marks = new float[LABELS.length()];
    LABELS.mark(List.of(regions), marks, 0);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      rows.append(marks[2 * i + label] == 1 ? '#' : '.').append(i % 4 == 3 ? "\n" : "");
    }
    return rows.toString();
  }

  @Test
  void mark_regionOverHalfTheImage_marksThePatchesItCovers() {
    var region = new PretrainExample.Region(0, 0.25, 0.5, 1, List.of("circle"));

    assertThat(marked(0, region)).isEqualTo("....\n##..\n##..\n##..\n");
    assertThat(marked(1, region)).isEqualTo("....\n....\n....\n....\n");
  }

  @Test
  void mark_regionSmallerThanAQuarterOfAPatch_marksThePatchOfItsCentre() {
    var region = new PretrainExample.Region(0.8, 0.8, 0.85, 0.85, List.of("red"));

    assertThat(marked(1, region)).isEqualTo("....\n....\n....\n...#\n");
  }

  @Test
  void mark_labelOutsideTheVocabulary_marksNothing() {
    var region = new PretrainExample.Region(0, 0, 1, 1, List.of("purple"));

    assertThat(marked(0, region) + marked(1, region)).doesNotContain("#");
  }

  @Test
  void tokens_labelsThatAreOneWord_areSpokenOfByItAndItsPlural() throws IOException {
    Path directory = Path.of("models/tiny-llava");
    LlavaConfig config = LlavaConfig.read(directory);
    PatchLabels labels = new PatchLabels(List.of("circle", "column 3", "red"), 4);
    try (PromptTokenizer tokenizer = PromptTokenizer.load(directory, config)) {
      long[] tokens = labels.tokens(tokenizer, config.text().vocabularySize());

      assertThat(tokens[tokenizer.word("circle").getAsInt()]).isZero();
      assertThat(tokens[tokenizer.word("circles").getAsInt()]).isZero();
      assertThat(tokens[tokenizer.word("red").getAsInt()]).isEqualTo(2);
      assertThat(tokens[tokenizer.word("is").getAsInt()]).isEqualTo(-1);
      assertThat(tokens).doesNotContain(1);
    }
  }
}
