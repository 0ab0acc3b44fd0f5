package dev.dataengine.workers.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.workers.pretrain.BytePairEncoding.Pair;
import org.junit.jupiter.api.Test;

class BytePairEncodingTest {

  @Test
  void learn_frequentPairs_comeFirstAndGrow() {
    BytePairEncoding encoding = new BytePairEncoding();
    encoding.add("low low low lower newest newest");

    // counts by hand: "lo" 4, "ow" 4 (the first in order wins), then "low" 4
    assertThat(encoding.learn(2)).containsExactly(new Pair("l", "o"), new Pair("lo", "w"));
  }

  @Test
  void learn_moreThanThereIs_stopsWhereEveryWordIsOneSymbol() {
    BytePairEncoding encoding = new BytePairEncoding();
    encoding.add("aa b");

    // the space belongs to the word after it
    assertThat(encoding.learn(10)).containsExactly(new Pair("a", "a"), new Pair("Ġ", "b"));
  }
}
