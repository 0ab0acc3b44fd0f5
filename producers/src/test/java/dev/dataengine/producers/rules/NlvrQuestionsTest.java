package dev.dataengine.producers.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.Image;
import dev.dataengine.producers.images.ImageSource;
import dev.dataengine.producers.images.ImageSources;
import dev.dataengine.producers.images.TestData;
import java.io.IOException;
import java.time.Instant;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NlvrQuestionsTest {

  private static final Pattern COUNT =
      Pattern.compile("How many (\\w+?)(s| objects) are in the (left|middle|right) box\\?");

  @Test
  void write_countsInABox_areThoseOfTheBoxesPixels() throws IOException {
    RulesWriter writer = new RulesWriter();
    Random random = new Random(1);
    int verified = 0;
    try (ImageSource source =
        ImageSources.parse("nlvr:" + TestData.folder("nlvr").resolve("dev"), 0)) {
      for (int i = 0; i < source.size(); i++) {
        Image image = source.image(i, Instant.EPOCH);
        Candidate c = writer.write(image, "object_localization", random).orElseThrow();
        Matcher asked = COUNT.matcher(c.question());
        if (asked.matches()) {
          double left =
              switch (asked.group(3)) {
                case "left" -> 0;
                case "middle" -> 150;
                default -> 300;
              };
          long count =
              image.getObjects().stream()
                  .filter(o -> o.getBbox().getX() >= left && o.getBbox().getX() < left + 100)
                  .filter(
                      o ->
                          o.getCategory().equals(asked.group(1))
                              || asked.group(1).equals(o.getAttributes().get("color")))
                  .count();
          assertThat(c.answer()).as("%s %s", c, image.getImageId()).isEqualTo("" + count);
          verified++;
        }
      }
    }
    assertThat(verified).isGreaterThan(200);
  }

  @Test
  void write_comparisons_areAboutAsOftenYesAsNo() throws IOException {
    RulesWriter writer = new RulesWriter();
    Random random = new Random(2);
    int yes = 0;
    int no = 0;
    try (ImageSource source =
        ImageSources.parse("nlvr:" + TestData.folder("nlvr").resolve("dev"), 0)) {
      for (int i = 0; i < source.size(); i++) {
        Image image = source.image(i, Instant.EPOCH);
        String answer =
            writer.write(image, "attribute_comparison", random).map(Candidate::answer).orElse("");
        yes += answer.equals("yes") ? 1 : 0;
        no += answer.equals("no") ? 1 : 0;
      }
    }
    assertThat((double) yes / (yes + no)).isBetween(0.4, 0.6);
  }
}
