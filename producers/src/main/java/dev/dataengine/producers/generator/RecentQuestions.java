package dev.dataengine.producers.generator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** The latest questions by image, as many as the window holds; older ones may be asked again. */
final class RecentQuestions {

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
    String key = key(imageId, question);
    if (window > 0 && keys.add(key)) {
      order.addLast(key);
      if (order.size() > window) {
        keys.remove(order.removeFirst());
      }
    }
  }

  /** As if it had not been asked. O(window): for the rare case that a batch failed. */
  void forget(String imageId, String question) {
    String key = key(imageId, question);
    if (keys.remove(key)) {
      order.remove(key);
    }
  }

  private static String key(String imageId, String question) {
    return imageId + "\n" + Words.normalised(question);
  }
}
