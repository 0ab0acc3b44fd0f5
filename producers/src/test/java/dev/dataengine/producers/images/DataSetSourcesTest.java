package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.benchmark.Sha256;
import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.events.ImageObject;
import dev.dataengine.producers.rules.RulesWriter;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DataSetSourcesTest {

  private static final int INLINE = 16 * 1024;
  private static final Map<String, Integer> RGB =
      Map.of("yellow", 0xFFFF00, "black", 0x000000, "blue", 0x0099FF);

  @Test
  void nlvr_everyObjectOfDev_hasItsColorInTheCenterOfItsBox() throws IOException {
    Path dev = TestData.folder("nlvr").resolve("dev");
    try (ImageSource source = ImageSources.parse("nlvr:" + dev, INLINE)) {
      assertThat(source.size()).isBetween(980, 989);
      for (int i = 0; i < source.size(); i++) {
        Image image = source.image(i, Instant.EPOCH);
        BufferedImage pixels = ImageIO.read(new ByteArrayInputStream(image.getBytes().array()));
        for (ImageObject object : image.getObjects()) {
          BoundingBox box = object.getBbox();
          int x = (int) (box.getX() + box.getWidth() / 2);
          int y = (int) (box.getY() + box.getHeight() / 2);
          int rgb = pixels.getRGB(x, y) & 0xFFFFFF;
          assertThat(rgb)
              .as("%s %s", image.getImageId(), object)
              .isEqualTo(RGB.get(object.getAttributes().get("color")));
        }
      }
    }
  }

  @Test
  void nlvr_bothSplits_giveQuestionsOfSeveralTypes() throws IOException {
    RulesWriter writer = new RulesWriter();
    Random random = new Random(1);
    Map<String, Integer> written = new TreeMap<>();
    Set<String> ids = new HashSet<>();
    try (ImageSource source = ImageSources.parse("nlvr:" + TestData.folder("nlvr"), INLINE)) {
      assertThat(source.size()).isGreaterThan(1_900);
      for (int i = 0; i < source.size(); i++) {
        assertThat(ids.add(source.id(i))).isTrue();
      }
      for (int i = 0; i < 300; i++) {
        Image image = source.image(i, Instant.EPOCH);
        assertThat(image.getImageId()).isEqualTo(source.id(i));
        for (String type : writer.types()) {
          writer.write(image, type, random).ifPresent(c -> written.merge(type, 1, Integer::sum));
        }
      }
    }
    assertThat(written).hasSizeGreaterThanOrEqualTo(5);
    assertThat(written.get("object_localization")).isEqualTo(300);
    assertThat(written.get("attribute_recognition")).isGreaterThan(150);
  }

  @Test
  void nlvr_falseSentence_isNoCaption() throws IOException {
    try (ImageSource source =
        ImageSources.parse("nlvr:" + TestData.folder("nlvr").resolve("dev"), INLINE)) {
      int captions = 0;
      for (int i = 0; i < source.size(); i++) {
        captions += source.image(i, Instant.EPOCH).getCaptions().size();
      }
      assertThat(captions).isBetween(540, 547);
    }
  }

  @Test
  void easyVqa_trainingImages_carryTypedQuestionsAndTheirShape() throws IOException {
    Path dir = TestData.folder("easy-vqa"); // the folder above train/ will do
    Map<String, Integer> types = new TreeMap<>();
    try (ImageSource source = ImageSources.parse("easy-vqa:" + dir, INLINE)) {
      assertThat(source.size()).isBetween(3_500, 3_700);
      for (int i = 0; i < source.size(); i++) {
        Image image = source.image(i, Instant.EPOCH);
        image.getQuestions().forEach(q -> types.merge(q.getQuestionType(), 1, Integer::sum));
        assertThat(image.getSha256()).isEqualTo(Sha256.hex(image.getBytes().array()));
        assertThat(image.getWidth()).isEqualTo(64);
      }
    }
    assertThat(types).containsOnlyKeys("shape", "colour", "presence", "negation");
    assertThat(types.values()).allSatisfy(n -> assertThat(n).isGreaterThan(3_000));
  }

  @Test
  void easyVqa_split_isDisjointAndComplete() {
    EasyVqa data = new EasyVqa(TestData.folder("easy-vqa").resolve("train"));
    Set<Integer> both = new HashSet<>(data.images(true, 10));
    assertThat(both).hasSizeBetween(370, 430);
    assertThat(data.images(false, 10)).doesNotContainAnyElementsOf(both);
    both.addAll(data.images(false, 10));
    assertThat(both).hasSize(4_000);
  }

  @Test
  void parse_smallInlineLimit_givesTheFileByUri() throws IOException {
    Path dir = TestData.folder("easy-vqa").resolve("train");
    try (ImageSource source = ImageSources.parse("easy-vqa:" + dir, 10)) {
      Image image = source.image(0, Instant.EPOCH);
      assertThat(image.getBytes()).isNull();
      Path file = Path.of(java.net.URI.create(image.getUri()));
      assertThat(Sha256.hex(Files.readAllBytes(file))).isEqualTo(image.getSha256());
    }
  }
}
