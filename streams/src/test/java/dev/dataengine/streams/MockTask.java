package dev.dataengine.streams;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** One processor without a topology around it: its context, stores and clocks. */
final class MockTask {

  private MockTask() {}

  static MockProcessorContext<Object, Object> context(long now) {
    MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    context.setCurrentSystemTimeMs(now);
    context.setRecordMetadata("evaluation-results", 0, 0);
    return context;
  }

  static <V> KeyValueStore<String, V> store(
      MockProcessorContext<?, ?> context, String name, Serde<V> values) {
    KeyValueStore<String, V> store =
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.String(), values)
            .withLoggingDisabled()
            .build();
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    return store;
  }

  /** A partial sum arrives. */
  static void merge(MergePartials merge, Partial partial) {
    String key = Keys.partial(partial.pair(), partial.version(), partial.partition());
    merge.process(new Record<>(key, partial, 0));
  }

  /** Clocks that run. */
  static long clocks(MockProcessorContext<?, ?> context) {
    return context.scheduledPunctuators().stream()
        .filter(punctuator -> !punctuator.cancelled())
        .count();
  }

  static void tick(MockProcessorContext<?, ?> context, long now) {
    List.copyOf(context.scheduledPunctuators()).stream()
        .filter(punctuator -> !punctuator.cancelled())
        .forEach(punctuator -> punctuator.getPunctuator().punctuate(now));
  }

  static <T> List<T> forwarded(MockProcessorContext<Object, Object> context, Class<T> type) {
    return context.forwarded().stream()
        .<Object>map(forward -> forward.record().value())
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  static <V> List<KeyValue<String, V>> entries(KeyValueStore<String, V> store) {
    List<KeyValue<String, V>> entries = new ArrayList<>();
    try (KeyValueIterator<String, V> all = store.all()) {
      all.forEachRemaining(entries::add);
    }
    return entries;
  }
}
