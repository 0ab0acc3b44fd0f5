package dev.dataengine.streams;

import static dev.dataengine.streams.MockTask.forwarded;
import static dev.dataengine.streams.MockTask.merge;
import static dev.dataengine.streams.MockTask.tick;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.events.WeightUpdate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The merge asks a partition that counts answers as on time which were given after the version's
 * end: what follows from them is not told until the partition has answered, or owes it for too
 * long.
 */
class AskingTest {

  private static final long NOW = 1_000_000;
  private static final long SECOND_BEGAN = 2_000;

  @TempDir Path state;

  private final MockProcessorContext<Object, Object> context = MockTask.context(NOW);

  @BeforeEach
  void versionsOverlap() {
    MockTask.store(context, Merged.STORE, Merged.SERDE);
    MergePartials merge =
        new MergePartials(
            Configs.of("smoothed", state), WeightsMetrics.of(new SimpleMeterRegistry()));
    merge.init(context);
    tick(context, NOW - 10_000); // begins, and asks for everything
    merge(merge, partial(2, 0, SECOND_BEGAN, Long.MAX_VALUE, SECOND_BEGAN, new Sum(4, 0)));
    merge(merge, partial(1, 1, 1_000, Long.MAX_VALUE, SECOND_BEGAN + 1, new Sum(10, 9)));
    this.merge = merge;
  }

  @SuppressWarnings("NullAway.Init")
  private MergePartials merge;

  @Test
  void untilItIsAnswered_nothingIsTold() {
    tick(context, NOW + 1_000);
    tick(context, NOW + 1_100);

    assertThat(forwarded(context, Ask.AsOf.class))
        .containsExactly(new Ask.AsOf(1, Results.PAIR, 1, SECOND_BEGAN));
    assertThat(forwarded(context, WeightUpdate.class)).isEmpty();

    merge(merge, partial(1, 1, 1_000, SECOND_BEGAN, 1_900, new Sum(10, 2)));
    tick(context, NOW + 1_200);

    assertThat(forwarded(context, WeightUpdate.class))
        .singleElement()
        .satisfies(update -> assertThat(update.getModelVersion()).isEqualTo(2));
  }

  @Test
  void neverAnswered_isToldAllTheSame() {
    tick(context, NOW + 1_000);
    tick(context, NOW + 2_900);
    assertThat(forwarded(context, WeightUpdate.class)).isEmpty();

    tick(context, NOW + 3_000);

    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
  }

  @Test
  void clockSetBack_isToldAtOnce() {
    tick(context, NOW + 1_000);

    tick(context, NOW - 5_000);

    assertThat(forwarded(context, WeightUpdate.class)).hasSize(1);
  }

  private static Partial partial(
      long version, int partition, long firstAt, long end, long lastOnTime, Sum onTime) {
    Sum all = new Sum(10, 9);
    return new Partial(
        Results.PAIR,
        version,
        partition,
        "",
        0,
        firstAt,
        end,
        lastOnTime,
        Map.of("colour", new Partial.TypeSum(all, onTime)));
  }
}
