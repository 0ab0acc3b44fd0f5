package dev.dataengine.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SampleFeedTest {

  private static final TopicPartition PARTITION =
      new TopicPartition(Topic.VQA_SAMPLES.topicName(), 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final Progress progress = new Progress(TrainerState.initial("base", Instant.EPOCH));

  private SampleFeed feed(long start, long end) {
    SampleFeed feed = new SampleFeed(consumer, 2, progress);
    consumer.updateBeginningOffsets(Map.of(PARTITION, start));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    return feed;
  }

  private void add(long... offsets) {
    for (long offset : offsets) {
      consumer.addRecord(
          new ConsumerRecord<>(PARTITION.topic(), 0, offset, new byte[0], new byte[0]));
    }
  }

  @Test
  void onPartitionsAssigned_partitionReadBefore_goesOnBehindTheCheckpoint() {
    progress.read(0, 6);
    SampleFeed feed = feed(0, 9);

    consumer.rebalance(List.of(PARTITION));
    add(7, 8);
    feed.poll(Duration.ZERO);

    assertThat(feed.waiting()).isEqualTo(2);
    assertThat(feed.take().offset()).isEqualTo(7);
  }

  @Test
  void onPartitionsAssigned_topicEndsBeforeTheCheckpoint_isRefused() {
    progress.read(0, 6);
    feed(0, 3);

    assertThatThrownBy(() -> consumer.rebalance(List.of(PARTITION)))
        .hasStackTraceContaining(
            "vqa-samples-0 ends at offset 3, but the checkpoint has read it up to 7");
  }

  @Test
  void onPartitionsAssigned_samplesDeletedMeanwhile_goesOnAtTheFirstThatIsLeft() {
    progress.read(0, 6);
    SampleFeed feed = feed(20, 22);

    consumer.rebalance(List.of(PARTITION));
    add(20, 21);
    feed.poll(Duration.ZERO);

    assertThat(feed.take().offset()).isEqualTo(20);
  }

  @Test
  void poll_whereABatchWaits_leavesTheRestOnTheBroker() {
    SampleFeed feed = feed(0, 4);
    consumer.rebalance(List.of(PARTITION));
    consumer.setMaxPollRecords(2);
    add(0, 1, 2, 3);
    feed.poll(Duration.ZERO);

    feed.poll(Duration.ZERO);
    assertThat(feed.waiting()).isEqualTo(2);

    feed.take();
    feed.poll(Duration.ZERO);
    assertThat(feed.waiting()).isEqualTo(3);
  }

  @Test
  void commit_afterReading_tellsTheGroupTheNextOffset() {
    SampleFeed feed = feed(0, 2);
    consumer.rebalance(List.of(PARTITION));
    progress.read(0, 1);

    feed.commit();

    assertThat(consumer.committed(java.util.Set.of(PARTITION)))
        .isEqualTo(Map.of(PARTITION, new OffsetAndMetadata(2)));
  }
}
