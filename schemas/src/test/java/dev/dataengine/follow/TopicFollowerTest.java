package dev.dataengine.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TopicFollowerTest {

  private static final String NAME = Topic.MODEL_VERSIONS.topicName();
  private static final TopicPartition FIRST = new TopicPartition(NAME, 0);
  private static final TopicPartition SECOND = new TopicPartition(NAME, 1);

  /** Kafka's mock forgets what was committed when partitions are assigned; a broker does not. */
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>("earliest") {
        @Override
        public synchronized Map<TopicPartition, OffsetAndMetadata> committed(
            Set<TopicPartition> partitions, Duration timeout) {
          return committedBefore.isEmpty() ? super.committed(partitions, timeout) : committedBefore;
        }
      };

  private final Map<TopicPartition, OffsetAndMetadata> committedBefore = new HashMap<>();
  private final List<String> read = new ArrayList<>();
  private final List<TopicPartition> restarted = new ArrayList<>();
  private Map<String, Uuid> ids = Map.of(NAME, new Uuid(0, 1));
  private int sleeps;

  /** Sleeping makes what was missing come. */
  private TopicFollower follower(boolean remembers, Runnable meanwhile) {
    Patience patience =
        new Patience(
            () -> true,
            new Health(),
            (pause, running) -> {
              sleeps++;
              meanwhile.run();
              return true;
            });
    return new TopicFollower(
            consumer,
            names -> ids,
            List.of(Topic.MODEL_VERSIONS),
            patience,
            remembers,
            Duration.ZERO,
            System::nanoTime)
        .onRestart(restarted::addAll);
  }

  private void partitions(TopicPartition... partitions) {
    Map<TopicPartition, Long> zeros = new HashMap<>();
    List<PartitionInfo> infos = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      zeros.put(partition, 0L);
      infos.add(
          new PartitionInfo(NAME, partition.partition(), Node.noNode(), new Node[0], new Node[0]));
    }
    consumer.updateBeginningOffsets(zeros);
    consumer.updateEndOffsets(zeros);
    consumer.updatePartitions(NAME, infos);
  }

  private void add(TopicPartition partition, long offset) {
    consumer.addRecord(
        new ConsumerRecord<>(NAME, partition.partition(), offset, new byte[0], new byte[0]));
    consumer.updateEndOffsets(Map.of(partition, offset + 1));
  }

  private void read(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    records.forEach(record -> read.add(record.partition() + "@" + record.offset()));
  }

  @Test
  void poll_topicThatIsNotThereYet_waitsForIt() throws Exception {
    TopicFollower follower = follower(false, () -> partitions(FIRST));

    follower.poll(Duration.ZERO);
    add(FIRST, 0);
    read(follower.poll(Duration.ZERO));

    assertThat(sleeps).isEqualTo(1);
    assertThat(read).containsExactly("0@0");
  }

  @Test
  void poll_partitionAddedLater_isReadFromItsBeginning() throws Exception {
    partitions(FIRST);
    TopicFollower follower = follower(false, () -> {});
    follower.poll(Duration.ZERO);
    add(FIRST, 0);
    read(follower.poll(Duration.ZERO));

    partitions(FIRST, SECOND);
    follower.poll(Duration.ZERO);
    add(SECOND, 0);
    add(FIRST, 1);
    read(follower.poll(Duration.ZERO));

    assertThat(read).containsExactlyInAnyOrder("0@0", "0@1", "1@0");
  }

  @Test
  void poll_brokerAway_waitsAndLosesNothing() throws Exception {
    partitions(FIRST);
    TopicFollower follower = follower(false, () -> {});
    follower.poll(Duration.ZERO);
    add(FIRST, 0);
    consumer.setPollException(new TimeoutException("broker"));

    read(follower.poll(Duration.ZERO));

    assertThat(sleeps).isEqualTo(1);
    assertThat(read).containsExactly("0@0");
  }

  @Test
  void toEnd_processingThatThrows_readsOnWithThatRecordOfEveryPartition() throws Exception {
    partitions(FIRST, SECOND);
    TopicFollower follower = follower(true, () -> {});
    follower.poll(Duration.ZERO);
    for (long offset = 0; offset < 3; offset++) {
      add(FIRST, offset);
      add(SECOND, offset);
    }
    List<String> done = new ArrayList<>();

    assertThatThrownBy(
            () ->
                follower.toEnd(
                    record -> {
                      if (done.size() == 4) {
                        throw new IllegalStateException("the disk is full");
                      }
                      done.add(record.partition() + "@" + record.offset());
                    }))
        .hasMessage("the disk is full");
    Map<TopicPartition, OffsetAndMetadata> left = follower.positions();
    assertThat(left.values().stream().mapToLong(OffsetAndMetadata::offset).sum()).isEqualTo(4);
    // what was handed out and not processed comes again; Kafka's mock has dropped it, a broker not
    left.forEach(
        (partition, next) ->
            assertThat(done)
                .filteredOn(each -> each.startsWith(partition.partition() + "@"))
                .hasSize((int) next.offset()));
  }

  @Test
  void isNew_recordsThatAStartBeforeProcessed_areNot() throws Exception {
    partitions(FIRST);
    committedBefore.put(FIRST, new OffsetAndMetadata(2));
    TopicFollower follower = follower(true, () -> {});
    follower.poll(Duration.ZERO);
    for (long offset = 0; offset < 3; offset++) {
      add(FIRST, offset);
    }

    List<Boolean> fresh = new ArrayList<>();
    follower.poll(Duration.ZERO).forEach(record -> fresh.add(follower.isNew(record)));

    assertThat(fresh).containsExactly(false, false, true);
  }

  @Test
  void commit_afterReading_remembersThePosition() throws Exception {
    partitions(FIRST);
    TopicFollower follower = follower(true, () -> {});
    follower.poll(Duration.ZERO);
    add(FIRST, 0);
    read(follower.poll(Duration.ZERO));

    follower.commit();

    assertThat(consumer.committed(Set.of(FIRST))).containsEntry(FIRST, new OffsetAndMetadata(1));
  }

  /** As long as the one before, so that no offset gives it away. */
  @Test
  void poll_topicOfAnotherId_isReadFromItsBeginning() throws Exception {
    partitions(FIRST, SECOND);
    committedBefore.put(FIRST, new OffsetAndMetadata(2));
    TopicFollower follower = follower(true, () -> {});
    follower.poll(Duration.ZERO);
    add(FIRST, 0);
    add(FIRST, 1);
    read(follower.poll(Duration.ZERO));
    read.clear();

    ids = Map.of(NAME, new Uuid(0, 2));
    partitions(FIRST);
    read(follower.poll(Duration.ZERO));
    add(FIRST, 0);
    add(FIRST, 1);
    add(FIRST, 2);
    List<Boolean> fresh = new ArrayList<>();
    follower
        .poll(Duration.ZERO)
        .forEach(
            record -> {
              read(List.of(record));
              fresh.add(follower.isNew(record));
            });

    assertThat(read).containsExactly("0@0", "0@1", "0@2");
    assertThat(fresh).containsOnly(true);
    assertThat(restarted).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(follower.positions()).containsOnlyKeys(FIRST);
  }

  /** As a client does where a log is shorter than it was: it goes on where both part. */
  @Test
  void poll_clientThatWentBack_readsFromTheBeginning() throws Exception {
    partitions(FIRST);
    TopicFollower follower = follower(false, () -> {});
    follower.poll(Duration.ZERO);
    for (long offset = 0; offset < 3; offset++) {
      add(FIRST, offset);
    }
    read(follower.poll(Duration.ZERO));
    read.clear();

    consumer.seek(FIRST, 1);
    add(FIRST, 1);
    read(follower.poll(Duration.ZERO));
    assertThat(read).isEmpty();
    assertThat(restarted).containsExactly(FIRST);
    add(FIRST, 0);
    add(FIRST, 1);
    read(follower.poll(Duration.ZERO));

    assertThat(read).containsExactly("0@0", "0@1");
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void toEnd_endThatIsThereNoMore_endsAtWhatIsThere() throws Exception {
    partitions(FIRST);
    TopicFollower follower = follower(false, () -> {});
    follower.poll(Duration.ZERO);
    consumer.updateEndOffsets(Map.of(FIRST, 1_000L));
    consumer.schedulePollTask(() -> add(FIRST, 0));

    follower.toEnd(record -> read(List.of(record)));

    assertThat(read).containsExactly("0@0");
  }

  @Test
  void isAtEnd_endBeforeWhatWasRead_isNot() throws Exception {
    partitions(FIRST);
    TopicFollower follower = follower(false, () -> {});
    follower.poll(Duration.ZERO);
    add(FIRST, 0);
    add(FIRST, 1);
    read(follower.poll(Duration.ZERO));
    assertThat(follower.isAtEnd()).isTrue();

    consumer.updateEndOffsets(Map.of(FIRST, 1L));

    assertThat(follower.isAtEnd()).isFalse();
  }
}
