package dev.dataengine.workers.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Texts about one image share a row and the image's tokens, up to a bound: attention takes memory
 * as the square of the longest row.
 */
public final class ImageRows {
  private ImageRows() {}

  /**
   * Rows in the order in which their images come first, of texts in their order.
   *
   * @param image of a text, by which it shares rows
   * @param tokens of a text without the image's
   * @param mostTokens of a row; a text that is longer has a row of its own
   * @param mostTexts of a row
   */
  public static <T> List<List<T>> of(
      List<T> texts,
      Function<T, String> image,
      ToIntFunction<T> tokens,
      int mostTokens,
      int mostTexts) {
    Map<String, List<T>> byImage = new LinkedHashMap<>();
    texts.forEach(
        text -> byImage.computeIfAbsent(image.apply(text), k -> new ArrayList<>()).add(text));
    List<List<T>> rows = new ArrayList<>();
    for (List<T> about : byImage.values()) {
      List<T> row = new ArrayList<>();
      int size = 0;
      for (T text : about) {
        int own = tokens.applyAsInt(text);
        if (row.size() == mostTexts || (!row.isEmpty() && size + own > mostTokens)) {
          rows.add(row);
          row = new ArrayList<>();
          size = 0;
        }
        row.add(text);
        size += own;
      }
      rows.add(row);
    }
    return rows;
  }
}
