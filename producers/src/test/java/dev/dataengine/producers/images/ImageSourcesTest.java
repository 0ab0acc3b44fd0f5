package dev.dataengine.producers.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.Image;
import dev.dataengine.producers.scenes.SceneRenderer;
import dev.dataengine.producers.scenes.SceneSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourcesTest {

  @TempDir Path temp;
  private byte[] png = new byte[0];

  @BeforeEach
  void writeImage() throws IOException {
    png = SceneRenderer.png(SceneSpace.PUBLISHED.generator(1).scene(1));
    Files.createDirectories(temp.resolve("images"));
    Files.write(temp.resolve("images/7.png"), png);
  }

  private void assertRefused(String spec, String message) {
    assertThatThrownBy(() -> ImageSources.parse(spec, 16_384))
        .isInstanceOf(InputRefusedException.class)
        .hasMessage(message);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text);
  }

  @Test
  void parse_unknownKind_saysWhatIsKnown() {
    assertRefused(
        "zip:x",
        "images 'zip:x': expected scenes, scenes:SEED, nlvr:DIR, easy-vqa:DIR,"
            + " coco:IMAGES,INSTANCES.json[,CAPTIONS.json] or jsonl:FILE");
  }

  @Test
  void directories_ofEachKind_areWhereItsFilesLie() {
    assertThat(ImageSources.directories("scenes")).isEmpty();
    assertThat(ImageSources.directories("scenes:7")).isEmpty();
    assertThat(ImageSources.directories("nlvr:/data/nlvr")).containsExactly(Path.of("/data/nlvr"));
    assertThat(ImageSources.directories("coco:/data/val2017,/data/instances.json"))
        .containsExactly(Path.of("/data/val2017"));
    assertThat(ImageSources.directories("jsonl:/data/own/images.jsonl"))
        .containsExactly(Path.of("/data/own"));
  }

  @Test
  void parse_nlvrElsewhere_isRefused() {
    assertRefused(
        "nlvr:" + temp,
        temp + ": expected dev.json or test.json of NLVR here or under dev/ or test/");
  }

  @Test
  void parse_nlvrWithBrokenLine_isRefusedWithItsLine() throws IOException {
    Path file = write("dev.json", "{\"sentence\":\"a\"\n");
    assertThatThrownBy(() -> ImageSources.parse("nlvr:" + temp, 0))
        .hasMessageStartingWith(file + ", line 1: not JSON: ");
  }

  @Test
  void parse_nlvrWithoutItsImage_isRefusedWithItsLine() throws IOException {
    Path file = write("dev.json", "{\"identifier\":\"1-0\"}\n");
    assertRefused(
        "nlvr:" + temp,
        file + ", line 1: there is no image " + temp.resolve("images/dev-1-0-0.png"));
  }

  @Test
  void parse_easyVqaElsewhere_isRefused() {
    assertRefused(
        "easy-vqa:" + temp,
        temp.resolve("questions.json") + ": there is no such file; expected easy-VQA's questions");
  }

  @Test
  void parse_easyVqaWithStrangeAnswer_isRefusedWithItsRow() throws IOException {
    Path file = write("questions.json", "[[\"what?\",\"red\",7],[\"what?\",\"pink\",7]]");
    assertRefused(
        "easy-vqa:" + temp,
        file + ": row 1: expected [question, answer, image], got [\"what?\",\"pink\",7]");
  }

  @Test
  void parse_jsonlWithUnknownField_isRefusedWithItsLine() throws IOException {
    Path file =
        write("a.jsonl", "{\"image_id\":\"a\",\"path\":\"images/7.png\"}\n\n{\"id\":\"b\"}\n");
    assertRefused(
        "jsonl:" + file,
        file
            + ", line 3: 'id' is no field of an image; expected [attributes, bytes, captions,"
            + " height, image_id, objects, path, questions, sha256, uri, width]");
  }

  @Test
  void parse_jsonlWithoutItsImage_isRefused() throws IOException {
    Path file = write("a.jsonl", "{\"image_id\":\"a\",\"path\":\"images/8.png\"}");
    assertRefused(
        "jsonl:" + file, file + ", line 1: path: there is no file " + temp.resolve("images/8.png"));
  }

  @Test
  void jsonl_pathAndBytes_areReadWithTheirAnnotation() throws IOException {
    String base64 = Base64.getEncoder().encodeToString(png);
    Path file =
        write(
            "a.jsonl",
            "{\"image_id\":\"a\",\"path\":\"images/7.png\",\"captions\":[\"é\"],"
                + "\"objects\":[{\"category\":\"dog\",\"bbox\":[1,2,3,4],"
                + "\"attributes\":{\"color\":\"red\"}}],"
                + "\"questions\":[{\"question\":\"what?\",\"answer\":\"dog\","
                + "\"question_type\":\"kind\",\"distractors\":[\"cat\"]}],"
                + "\"attributes\":{\"scene\":\"beach\"}}\n{\"image_id\":\"b\",\"bytes\":\""
                + base64
                + "\"}\n");
    try (ImageSource source = ImageSources.parse("jsonl:" + file, 1 << 17)) {
      Image second = source.image(1, Instant.EPOCH);
      Image first = source.image(0, Instant.EPOCH);
      assertThat(source.size()).isEqualTo(2);
      assertThat(first.getCaptions()).containsExactly("é");
      assertThat(first.getObjects().get(0).getBbox().getHeight()).isEqualTo(4);
      assertThat(first.getQuestions().get(0).getDistractors()).containsExactly("cat");
      assertThat(first.getAttributes()).containsEntry("scene", "beach");
      assertThat(first.getSha256()).isEqualTo(second.getSha256());
      assertThat(second.getBytes().array()).isEqualTo(png);
      assertThat(second.getWidth()).isEqualTo(192);
    }
  }

  @Test
  void coco_imageWithACrowd_isPartial() throws IOException {
    Files.write(temp.resolve("images/8.png"), png);
    Path instances =
        write(
            "instances.json",
            "{\"images\":[{\"id\":7,\"file_name\":\"7.png\"},{\"id\":8,\"file_name\":\"8.png\"}],"
                + "\"annotations\":[{\"image_id\":8,\"category_id\":3,\"iscrowd\":1,"
                + "\"bbox\":[0,0,9,9]},{\"image_id\":7,\"category_id\":3,\"bbox\":[0,0,9,9]}],"
                + "\"categories\":[{\"id\":3,\"name\":\"dog\"}]}");
    try (ImageSource source =
        ImageSources.parse("coco:" + temp.resolve("images") + "," + instances, 0)) {
      assertThat(source.image(0, Instant.EPOCH).getAttributes()).isEmpty();
      Image crowd = source.image(1, Instant.EPOCH);
      assertThat(crowd.getAttributes()).containsExactly(java.util.Map.entry("objects", "partial"));
      assertThat(crowd.getObjects()).isEmpty();
    }
  }

  @Test
  void coco_threeFiles_areJoinedAndCrowdsLeftOut() throws IOException {
    Path instances =
        write(
            "instances.json",
            "{\"info\":{\"year\":[1]},\"images\":[{\"id\":7,\"file_name\":\"7.png\"}],"
                + "\"annotations\":[{\"image_id\":7,\"category_id\":3,\"iscrowd\":0,"
                + "\"segmentation\":[[1,2]],\"bbox\":[1.5,2,3,4]},{\"image_id\":7,"
                + "\"category_id\":3,\"iscrowd\":1,\"bbox\":[0,0,9,9]}],"
                + "\"categories\":[{\"id\":3,\"name\":\"dog\"}]}");
    Path captions =
        write("captions.json", "{\"annotations\":[{\"image_id\":7,\"caption\":\"A dog. \"}]}");
    String spec = "coco:" + temp.resolve("images") + "," + instances + "," + captions;
    try (ImageSource source = ImageSources.parse(spec, 0)) {
      Image image = source.image(0, Instant.EPOCH);
      assertThat(image.getImageId()).isEqualTo("coco-7");
      assertThat(image.getUri()).startsWith("file:").endsWith("/images/7.png");
      assertThat(image.getObjects()).hasSize(1);
      assertThat(image.getObjects().get(0).getBbox().getX()).isEqualTo(1.5);
      assertThat(image.getCaptions()).containsExactly("A dog.");
    }
  }

  @Test
  void parse_cocoWithoutItsImage_isRefusedWithItsLine() throws IOException {
    Path instances = write("i.json", "{\"images\":\n[{\"id\":8,\n\"file_name\":\"8.png\"}]}");
    assertRefused(
        "coco:" + temp.resolve("images") + "," + instances,
        instances
            + ", line 2: images[0] (id 8): file_name: there is no file "
            + temp.resolve("images").resolve("8.png"));
  }

  @Test
  void parse_cocoCutShort_isRefusedWithItsLine() throws IOException {
    Path instances = write("i.json", "{\"images\":\n[");
    assertThatThrownBy(
            () -> ImageSources.parse("coco:" + temp.resolve("images") + "," + instances, 0))
        .isInstanceOf(InputRefusedException.class)
        .hasMessageStartingWith(instances + ", line 2: ");
  }
}
