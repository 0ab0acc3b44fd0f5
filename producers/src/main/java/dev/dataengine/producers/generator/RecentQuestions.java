package dev.dataengine.producers.generator;

import dev.dataengine.benchmark.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The latest questions by image, as many as the window holds; older ones may be asked again. */
final class RecentQuestions {

  /** Characters of a key that is kept as it is; what is longer is kept as its hash. */
  private static final int LONGEST = 200;

  private final int window;
  private final Set<String> keys = new HashSet<>();
  private final Deque<String> order = new ArrayDeque<>();

  RecentQuestions(int window) {
    this.window = window;
  }

  boolean contains(String imageId, String question) {
    return keys.contains(key(imageId, question));
  }

  void add(String imageId, String question) {
    add(key(imageId, question));
  }

  /** Adds by {@link #key}. */
  void add(String key) {
    if (window > 0 && keys.add(key)) {
      order.addLast(key);
      if (order.size() > window) {
        keys.remove(order.removeFirst());
      }
    }
  }

  static String key(String imageId, String question) {
    String key = imageId + "\n" + Words.normalised(question);
    return key.length() <= LONGEST ? key : Sha256.hex(key.getBytes(StandardCharsets.UTF_8));
  }
}
