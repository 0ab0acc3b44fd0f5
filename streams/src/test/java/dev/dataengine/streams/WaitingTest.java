package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;

/** What waits for an announcement is bounded by its bytes, also after a restart. */
class WaitingTest {

  private final KeyValueStore<String, Waiting.Entry> store =
      MockTask.store(MockTask.context(0), Waiting.STORE, Waiting.SERDE);

  @Test
  void bytes_fillItUntilSomeAreDone() {
    Waiting waiting = new Waiting(store);
    assertThat(waiting.isEmpty()).isTrue();
    int entries = 0;
    while (!waiting.isFull()) {
      waiting.add(entry(entries++));
    }
    assertThat(entries).isEqualTo(33); // half a MiB each and a key, of 16 MiB
    assertThat(new Waiting(store).isFull()).as("after a restart").isTrue();
    assertThat(new Waiting(store).isEmpty()).isFalse();

    waiting.removeIf(entry -> entry.version() < 2);
    assertThat(waiting.isFull()).isFalse();
    waiting.add(entry(99));
    assertThat(waiting.isFull()).as("31 and one more").isFalse();
    waiting.add(entry(99));
    assertThat(waiting.isFull()).isTrue();
  }

  @Test
  void order_isThatOfComingAlsoAfterARestart() {
    Waiting first = new Waiting(store);
    for (int entry = 0; entry < 20; entry++) {
      first.add(entry(entry));
    }
    first.removeIf(entry -> entry.version() % 2 == 0);
    Waiting second = new Waiting(store);
    second.add(entry(100));

    List<Long> seen = new ArrayList<>();
    second.removeIf(entry -> seen.add(entry.version()));

    assertThat(seen).containsExactly(1L, 3L, 5L, 7L, 9L, 11L, 13L, 15L, 17L, 19L, 100L);
    assertThat(store.all()).isExhausted();
  }

  private static Waiting.Entry entry(int version) {
    byte[] value = new byte[(512 << 10) - 3_000];
    return new Waiting.Entry(
        0, "m", version, "", new ConsumerRecord<>("results", 0, version, new byte[10], value));
  }
}
