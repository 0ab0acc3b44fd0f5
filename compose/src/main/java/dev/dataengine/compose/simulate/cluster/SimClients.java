package dev.dataengine.compose.simulate.cluster;

import dev.dataengine.clients.KafkaClients;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/** Clients of a simulated cluster. */
public final class SimClients implements KafkaClients {
  private static final int MOST_RECORDS = 500;

  private final SimCluster cluster;
  private final RandomGenerator random;
  private final BooleanSupplier losesAnswer;
  private final Runnable atEachCall;

  /**
   * @param random of the order and number of records that a poll gives
   * @param losesAnswer asked at each commit of a transaction whether its answer is lost
   * @param atEachCall run before each call of a client; what it throws, the call throws
   */
  public SimClients(
      SimCluster cluster,
      RandomGenerator random,
      BooleanSupplier losesAnswer,
      Runnable atEachCall) {
    this.cluster = cluster;
    this.random = random;
    this.losesAnswer = losesAnswer;
    this.atEachCall = atEachCall;
  }

  @Override
  @SuppressWarnings("unchecked") // the interface's type arguments are erased
  public Consumer<byte[], byte[]> consumer(String clientId, Map<String, String> settings) {
    String group = settings.getOrDefault("group.id", "");
    int most =
        Integer.parseInt(settings.getOrDefault("max.poll.records", Integer.toString(MOST_RECORDS)));
    boolean committedOnly = !"read_uncommitted".equals(settings.get("isolation.level"));
    return Duck.as(
        Consumer.class, new SimConsumer(cluster, group, most, committedOnly, random), atEachCall);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return Duck.as(
        Producer.class,
        new SimProducer(cluster, settings.get("transactional.id"), losesAnswer),
        atEachCall);
  }

  @Override
  public Admin admin(String clientId) {
    return Duck.as(Admin.class, new SimAdmin(cluster), atEachCall);
  }
}
