package dev.dataengine.producers.images;

import java.nio.file.Path;
import java.util.List;

/** Image sources by how users call them. */
public final class ImageSources {

  private static final String KNOWN =
      "expected scenes, scenes:SEED, nlvr:DIR, easy-vqa:DIR,"
          + " coco:IMAGES,INSTANCES.json[,CAPTIONS.json] or jsonl:FILE";

  /** Share of easy-VQA's images that is held out as benchmark. */
  public static final int EASY_VQA_HELD_OUT_PERCENT = 10;

  private ImageSources() {}

  /**
   * Opens a source.
   *
   * @param spec for example {@code nlvr:DIR}
   * @param inlineBytes images of at most so many bytes go into the event
   * @throws InputRefusedException where the name, a path or a file's content is wrong
   */
  public static ImageSource parse(String spec, int inlineBytes) {
    int colon = spec.indexOf(':');
    String kind = colon < 0 ? spec : spec.substring(0, colon);
    String rest = colon < 0 ? "" : spec.substring(colon + 1);
    if (rest.isBlank() && !spec.equals("scenes")) {
      throw InputRefusedException.of("images '" + spec + "'", KNOWN);
    }
    return switch (kind) {
      case "scenes" -> new SceneSource(rest.isEmpty() ? 0 : seed(spec, rest));
      case "nlvr" -> new NlvrSource(Path.of(rest), inlineBytes);
      case "easy-vqa" -> new EasyVqaSource(Path.of(rest), EASY_VQA_HELD_OUT_PERCENT, inlineBytes);
      case "coco" -> coco(spec, List.of(rest.split(",", -1)), inlineBytes);
      case "jsonl" -> new JsonlSource(Path.of(rest), inlineBytes);
      default -> throw InputRefusedException.of("images '" + spec + "'", KNOWN);
    };
  }

  /**
   * The directories that the file: URIs of a source point into, for those who resolve them. Opens
   * nothing.
   *
   * @param spec as for {@link #parse}
   */
  public static List<Path> directories(String spec) {
    int colon = spec.indexOf(':');
    String rest = spec.substring(colon + 1);
    return switch (colon < 0 ? "" : spec.substring(0, colon)) {
      case "nlvr", "easy-vqa" -> List.of(Path.of(rest));
      case "coco" -> List.of(Path.of(rest.split(",", -1)[0]));
      case "jsonl" -> List.of(Path.of(rest).toAbsolutePath().resolveSibling(""));
      default -> List.of();
    };
  }

  private static int seed(String spec, String text) {
    if (!text.matches("\\d{1,9}")) {
      throw InputRefusedException.of("images '" + spec + "'", "expected scenes:SEED, a number");
    }
    return Integer.parseInt(text);
  }

  private static ImageSource coco(String spec, List<String> paths, int inlineBytes) {
    if (paths.size() < 2 || paths.size() > 3) {
      throw InputRefusedException.of(
          "images '" + spec + "'", "expected coco:IMAGES,INSTANCES.json[,CAPTIONS.json]");
    }
    return new CocoSource(
        Path.of(paths.get(0)),
        Path.of(paths.get(1)),
        paths.size() == 3 ? Path.of(paths.get(2)) : null,
        inlineBytes);
  }
}
