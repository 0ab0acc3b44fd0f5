package dev.dataengine.compose.chaos.poison;

import dev.dataengine.compose.chaos.evidence.Poison;
import dev.dataengine.compose.chaos.evidence.Position;
import dev.dataengine.compose.chaos.observe.Observer;
import dev.dataengine.compose.chaos.observe.Templates;
import dev.dataengine.compose.chaos.observe.Watched;
import dev.dataengine.compose.chaos.wire.UnreadableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends bad records to every input topic, a share of what comes there and at least one every few
 * seconds, so that small topics get every kind too; and now and then a result that was sent
 * already. On a thread of its own, past the proxies.
 */
public final class Poisoner implements AutoCloseable {

  private static final long TICK_MILLIS = 250;

  /** At a share of one in a hundred; more often where the share is larger. */
  private static final double LEAST_PER_SECOND = 0.2;

  private static final double ONE_PERCENT = 0.01;
  private static final int MAX_REQUEST = 8 << 20;

  private final Observer observer;
  private final double share;
  private final Consumer<String> story;
  private final KafkaProducer<byte[], byte[]> plain;
  private final KafkaProducer<byte[], byte[]> compressing;
  private final Map<Watched, Deck> decks = new EnumMap<>(Watched.class);
  private final List<Poison> sent = new ArrayList<>();
  private final SplittableRandom random;
  private final Thread thread = new Thread(this::poison, "poisoner");
  private volatile boolean running = true;
  private final AtomicInteger duplicates = new AtomicInteger();
  private int ids;

  /** Kinds of a topic in a shuffled order, again and again. */
  private static final class Deck {
    private final List<PoisonKind> kinds;
    private final SplittableRandom random;
    private final Deque<PoisonKind> left = new ArrayDeque<>();
    private int dealt;

    Deck(List<PoisonKind> kinds, SplittableRandom random) {
      this.kinds = kinds;
      this.random = random;
    }

    PoisonKind next() {
      if (left.isEmpty()) {
        List<PoisonKind> rest = new ArrayList<>(kinds);
        while (!rest.isEmpty()) {
          left.add(rest.remove(random.nextInt(rest.size())));
        }
      }
      return left.remove();
    }
  }

  /**
   * @param share of bad records, 0 to 1
   * @param kinds names of the kinds wanted; empty for all
   */
  public Poisoner(
      String bootstrapServers,
      Observer observer,
      long seed,
      double share,
      Set<String> kinds,
      Consumer<String> story) {
    this.observer = observer;
    this.share = share;
    this.story = story;
    this.random = new SplittableRandom(seed);
    this.plain = producer(bootstrapServers, "none");
    this.compressing = producer(bootstrapServers, "gzip");
    for (Watched topic : Watched.values()) {
      List<PoisonKind> of = topic.isInput() ? PoisonKind.of(topic, kinds) : List.of();
      SplittableRandom own = random.split();
      if (!of.isEmpty()) {
        decks.put(topic, new Deck(of, own));
      }
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers, String codec) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "client.id",
            "poisoner-" + codec,
            "compression.type",
            codec,
            "batch.size",
            0,
            "max.request.size",
            MAX_REQUEST,
            "delivery.timeout.ms",
            Integer.MAX_VALUE),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void poison() {
    long begun = System.nanoTime();
    Map<Watched, Long> seenBefore = new HashMap<>();
    decks.keySet().forEach(topic -> seenBefore.put(topic, observer.seen(topic)));
    try {
      while (running) {
        double seconds = (System.nanoTime() - begun) / 1e9;
        double least = seconds * LEAST_PER_SECOND * share / ONE_PERCENT;
        for (Map.Entry<Watched, Deck> entry : decks.entrySet()) {
          long came = observer.seen(entry.getKey()) - seenBefore.getOrDefault(entry.getKey(), 0L);
          if (entry.getValue().dealt < Math.max(least, share * came)) {
            entry.getValue().dealt++;
            send(entry.getKey(), entry.getValue().next(), entry.getValue().random);
          }
        }
        if (duplicates.get() < least) {
          duplicate();
        }
        TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (IOException | UnreadableException | RuntimeException e) {
      story.accept("no more bad records are sent: " + e);
    }
  }

  private void send(Watched topic, PoisonKind kind, SplittableRandom own)
      throws IOException, UnreadableException, InterruptedException {
    String id = "chaos-" + topic.topic() + "-" + ids++;
    Optional<Draft> draft = kind.recipe().make(topic, id, observer.templates(), own);
    if (draft.isPresent()) {
      send(topic, draft.get(), kind.name(), kind.mustBeRefused().test(topic));
    }
  }

  private void send(Watched topic, Draft draft, @Nullable String kind, boolean mustBeRefused) {
    var unused =
        (draft.compressed() ? compressing : plain)
            .send(
                record(topic, draft),
                (metadata, failure) -> {
                  if (failure != null) {
                    story.accept("bad record " + kind + " was not taken: " + failure);
                  } else if (kind != null) {
                    remember(
                        new Poison(
                            new Position(metadata.topic(), metadata.partition(), metadata.offset()),
                            kind,
                            mustBeRefused));
                  }
                });
  }

  private static ProducerRecord<byte[], byte[]> record(Watched topic, Draft draft) {
    ProducerRecord<byte[], byte[]> record =
        draft.dated()
            ? new ProducerRecord<>(topic.topic(), draft.key(), draft.value())
            // as clients of other languages can send it; Java's refuses the number when it is
            // passed
            : new ProducerRecord<>(topic.topic(), draft.key(), draft.value()) {
              @Override
              public Long timestamp() {
                return -1L;
              }
            };
    record.headers().add(Templates.OURS, new byte[0]);
    return record;
  }

  /** A result once more, as a client that did not hear the broker's answer sends it. */
  private void duplicate() {
    observer
        .templates()
        .of(Watched.RESULTS, random.nextInt(1_000))
        .ifPresent(
            one -> {
              duplicates.incrementAndGet();
              send(Watched.RESULTS, new Draft(one.key(), one.value(), true, false), null, false);
            });
  }

  private synchronized void remember(Poison one) {
    sent.add(one);
  }

  /** What the broker has. */
  public synchronized List<Poison> sent() {
    return List.copyOf(sent);
  }

  /** Results that were sent again. */
  public int duplicates() {
    return duplicates.get();
  }

  /** Sends no more; what was sent is with the broker then. */
  public void stop() throws InterruptedException {
    running = false;
    thread.join();
    plain.flush();
    compressing.flush();
  }

  @Override
  public void close() {
    running = false;
    plain.close(Duration.ZERO);
    compressing.close(Duration.ZERO);
  }
}
