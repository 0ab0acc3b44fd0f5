package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.BoundingBox;
import dev.dataengine.events.Image;
import dev.dataengine.producers.loop.FakeWorld;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that went wrong, whole through the publisher. */
class CasesTest {

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private static Path folder(String name) {
    return TestData.folder("cases").resolve(name);
  }

  private static String coco(String folder, String... files) {
    StringBuilder spec = new StringBuilder("coco:" + folder(folder).resolve("images"));
    for (String file : files) {
      spec.append(',').append(folder(folder).resolve(file));
    }
    return spec.toString();
  }

  private static String jsonl(String file) {
    return "jsonl:" + folder("15-json-lines").resolve(file);
  }

  /** What is on the topic in the end. */
  private List<Image> published(String spec) throws Exception {
    FakeWorld world = new FakeWorld();
    world.cluster.addTopics(1);
    ImagePublisherConfig config = new ImagePublisherConfig(spec, 0, 0, 16_384, false);
    try (PublisherLoop loop = PublisherLoop.of(config, world.parts(), meters)) {
      for (int i = 0; i < 20; i++) {
        loop.step();
      }
    }
    EventSerde<Image> serde = EventSerde.of(Image.class, world.registry);
    return world.cluster.visible(Topic.IMAGES.topicName()).stream().map(serde::event).toList();
  }

  private void assertRefused(String spec, String... words) {
    assertThatThrownBy(() -> published(spec))
        .isInstanceOf(InputRefusedException.class)
        .hasMessageContainingAll(words);
  }

  private double leftOut() {
    return meters.counter("dataengine.images.left.out").count();
  }

  private static List<String> categories(Image image) {
    return image.getObjects().stream().map(o -> o.getCategory()).toList();
  }

  @Test
  void case02_oneIdForTwoImages_namesTheIdAndBothFiles() {
    assertRefused(
        coco("02-one-id-for-two-images", "instances.json"),
        "20250116",
        "20250116_front.png",
        "20250116_rear.png");
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty", "nan", "nested", "null", "text", "three", "true"})
  void case04_boxThatIsNone_namesTheAnnotation(String file) {
    assertRefused(
        coco("04-boxes-that-are-none", file + ".json"), "annotations[1] (id 7): bbox: expected");
  }

  @Test
  void case05_boxesOutside_areCutOrLeftOutAndTheImageIsPartial() throws Exception {
    List<Image> images = published(coco("05-boxes-outside", "instances.json"));
    assertThat(images).hasSize(1);
    Image image = images.get(0);
    assertThat(image.getAttributes()).isEqualTo(Map.of("objects", "partial"));
    assertThat(categories(image)).containsExactly("car", "chair");
    assertThat(image.getObjects().get(0).getBbox())
        .isEqualTo(new BoundingBox(0.0, 0.0, 20.0, 15.0));
    assertThat(image.getObjects().get(1).getBbox())
        .isEqualTo(new BoundingBox(80.0, 50.0, 16.0, 14.0));
  }

  @ParameterizedTest
  @CsvSource({"empty,5", "page,5", "web,5", "cut,5", "gif,6"})
  void case08_filesThatAreNoImages_areLeftOutAndTheOthersPublished(String file, int count)
      throws Exception {
    assertThat(published(coco("08-files-that-are-no-images", file + ".json"))).hasSize(count);
    assertThat(leftOut()).isEqualTo(6 - count);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "annotations-by-id|annotations: expected an array, got an object",
        "no-annotations|annotations is missing",
        "no-categories|categories is missing",
        "captions|this is a file of captions",
        "null-among-annotations|annotations[0]: expected an object, got null",
        "null-among-images|images[1]: expected an object, got null",
      })
  void case11_arraysOfAnotherKind_areRefusedWithThePlace(String file, String words) {
    assertRefused(coco("11-arrays-of-another-kind", file + ".json"), words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"good", "info-null"})
  void case11_otherFieldsOfAnyKind_arePassedOver(String file) throws Exception {
    List<Image> images = published(coco("11-arrays-of-another-kind", file + ".json"));
    assertThat(images).hasSize(1);
    assertThat(images.get(0).getObjects()).hasSize(2);
  }

  @Test
  void case12_captionsOfAnotherSplit_areRefusedWithNumbers() {
    assertRefused(
        coco("12-captions-of-another-split", "instances.json", "captions-other.json"),
        "0 of 2 images have a caption");
  }

  @Test
  void case12_orphansAndBlankCaptions_doNotCostTheSet() throws Exception {
    assertThat(published(coco("12-captions-of-another-split", "instances-orphans.json")))
        .hasSize(2)
        .allSatisfy(image -> assertThat(image.getObjects()).hasSize(1));
    assertThat(
            published(
                coco("12-captions-of-another-split", "instances.json", "captions-blank.json")))
        .extracting(Image::getCaptions)
        .containsExactlyInAnyOrder(List.of("A red box."), List.of("A box\nthat is blue."));
  }

  @Test
  void case14_oneObjectTwice_isOne() throws Exception {
    Image image = published(coco("14-one-object-twice-and-crowds", "twice.json")).get(0);
    assertThat(categories(image)).containsExactly("car", "dog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crowd-1", "crowd-text", "crowd-true", "crowd-without-box"})
  void case14_crowds_areNoObjectsAndTheImageIsPartial(String file) throws Exception {
    Image image = published(coco("14-one-object-twice-and-crowds", file + ".json")).get(0);
    assertThat(categories(image)).containsExactly("car");
    assertThat(image.getAttributes()).isEqualTo(Map.of("objects", "partial"));
  }

  @Test
  void case15_byteOrderMarkAndCarriageReturns_arePassedOver() throws Exception {
    assertThat(published(jsonl("bom-crlf.jsonl"))).hasSize(3);
  }

  @Test
  void case15_captionsAsText_areOneCaption() throws Exception {
    assertThat(published(jsonl("captions-as-text.jsonl")).get(0).getCaptions())
        .containsExactly("A red box.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inline-too-large.jsonl|, line 2: bytes: expected at most 262144 bytes in a line",
        "data-uri.jsonl|, line 1: bytes: expected base64",
        "mime-lines.jsonl|, line 1: bytes: expected base64",
        "id-as-number.jsonl|, line 1: image_id: expected text, got 17",
      })
  void case15_whatCannotBeRead_isRefusedAtItsLine(String file, String words) {
    assertRefused(jsonl(file), words);
  }
}
