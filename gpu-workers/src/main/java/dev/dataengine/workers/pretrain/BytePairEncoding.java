package dev.dataengine.workers.pretrain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns byte-pair merges (Sennrich, Haddow, Birch, ACL 2016) from word counts: again and again the
 * most frequent pair of neighbours becomes one symbol. Ties go to the pair first in order, so the
 * same text gives the same merges.
 */
final class BytePairEncoding {

  /** Two neighbouring symbols. */
  record Pair(String left, String right) {
    String merged() {
      return left + right;
    }
  }

  private final Map<List<String>, Long> words = new LinkedHashMap<>();

  /** Counts the words of a text. */
  void add(String text) {
    ByteLevel.words(text).forEach(word -> words.merge(word, 1L, Long::sum));
  }

  /** At most so many merges, in the order learnt; fewer where every word is one symbol before. */
  List<Pair> learn(int count) {
    Map<List<String>, Long> current = new LinkedHashMap<>(words);
    List<Pair> merges = new ArrayList<>();
    while (merges.size() < count) {
      Map<Pair, Long> frequencies = frequencies(current);
      if (frequencies.isEmpty()) {
        break;
      }
      Pair best =
          frequencies.entrySet().stream()
              .max(
                  Map.Entry.<Pair, Long>comparingByValue()
                      .thenComparing(
                          e -> e.getKey().left() + " " + e.getKey().right(),
                          Comparator.reverseOrder()))
              .orElseThrow()
              .getKey();
      merges.add(best);
      Map<List<String>, Long> merged = new LinkedHashMap<>();
      current.forEach((word, n) -> merged.merge(merge(word, best), n, Long::sum));
      current = merged;
    }
    return merges;
  }

  private static Map<Pair, Long> frequencies(Map<List<String>, Long> words) {
    Map<Pair, Long> frequencies = new HashMap<>();
    words.forEach(
        (word, n) -> {
          for (int i = 0; i + 1 < word.size(); i++) {
            frequencies.merge(new Pair(word.get(i), word.get(i + 1)), n, Long::sum);
          }
        });
    return frequencies;
  }

  private static List<String> merge(List<String> word, Pair pair) {
    List<String> merged = new ArrayList<>(word.size());
    for (int i = 0; i < word.size(); i++) {
      if (i + 1 < word.size()
          && word.get(i).equals(pair.left())
          && word.get(i + 1).equals(pair.right())) {
        merged.add(pair.merged());
        i++;
      } else {
        merged.add(word.get(i));
      }
    }
    return merged;
  }
}
