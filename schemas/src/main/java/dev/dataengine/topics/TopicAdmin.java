package dev.dataengine.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the catalogue to a cluster and shows where the cluster differs. Creates what is missing
 * and changes nothing that is there: more partitions would move keys, and other settings may be an
 * operator's choice. The caller owns the client.
 */
public final class TopicAdmin {

  private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);

  private final Admin admin;
  private final TopicLayout layout;
  private final Duration timeout;

  /**
   * @param timeout for each question to the cluster, and for new topics to be visible everywhere
   */
  public TopicAdmin(Admin admin, TopicLayout layout, Duration timeout) {
    this.admin = admin;
    this.layout = layout;
    this.timeout = timeout;
  }

  /**
   * Creates the topics that are missing and waits until the cluster shows them all.
   *
   * @return names of those created
   */
  public List<String> create() throws InterruptedException {
    Set<String> there = get(admin.listTopics().names());
    List<NewTopic> missing =
        wanted().values().stream().filter(topic -> !there.contains(topic.name())).toList();
    admin
        .createTopics(missing)
        .values()
        .forEach(
            (name, created) -> {
              try {
                created.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
              } catch (ExecutionException e) {
                // another process that starts at the same time may be faster
                if (!(e.getCause() instanceof TopicExistsException)) {
                  throw new IllegalStateException(
                      "topic " + name + " cannot be created: " + e.getCause(), e);
                }
              } catch (TimeoutException e) {
                throw late("topic " + name + " was not created");
              } catch (InterruptedException e) {
                throw new InterruptException(e);
              }
            });
    awaitVisible();
    List<String> names = missing.stream().map(NewTopic::name).toList();
    log.atInfo().addKeyValue("created", names.size()).log("topics are there");
    return names;
  }

  private void awaitVisible() throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    Set<String> wanted = wanted().keySet();
    while (!get(admin.listTopics().names()).containsAll(wanted)) {
      if (System.nanoTime() > deadline) {
        throw late("new topics are not visible");
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Where the cluster differs from the catalogue; empty where it does not. */
  public List<TopicDrift> diff() throws InterruptedException {
    Map<String, NewTopic> wanted = wanted();
    List<String> present = new ArrayList<>(get(admin.listTopics().names()));
    present.retainAll(wanted.keySet());
    Map<String, TopicDescription> layouts = get(admin.describeTopics(present).allTopicNames());
    Map<String, Config> settings = settings(present);
    List<TopicDrift> drifts = new ArrayList<>();
    wanted.forEach(
        (name, topic) -> {
          TopicDescription found = layouts.get(name);
          Config config = settings.get(name);
          if (found == null || config == null) {
            drifts.add(new TopicDrift(name, "topic", "present", "missing"));
          } else {
            compare(topic, found, config, drifts);
          }
        });
    return drifts;
  }

  private static void compare(
      NewTopic wanted, TopicDescription found, Config config, List<TopicDrift> drifts) {
    String name = wanted.name();
    int replicas = found.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
    Map<String, String> expected = new LinkedHashMap<>();
    Map<String, String> actual = new LinkedHashMap<>();
    expected.put("partitions", Integer.toString(wanted.numPartitions()));
    actual.put("partitions", Integer.toString(found.partitions().size()));
    expected.put("replication", Integer.toString(wanted.replicationFactor()));
    actual.put("replication", Integer.toString(replicas));
    wanted
        .configs()
        .forEach(
            (key, value) -> {
              ConfigEntry entry = config.get(key);
              expected.put(key, value);
              actual.put(key, entry == null ? "none" : String.valueOf(entry.value()));
            });
    expected.forEach(
        (key, value) -> {
          String other = Objects.requireNonNull(actual.get(key));
          if (!words(value).equals(words(other))) {
            drifts.add(new TopicDrift(name, key, value, other));
          }
        });
  }

  /** Kafka's list settings mean the same in any order. */
  private static Set<String> words(String value) {
    return Stream.of(value.split(",", -1)).map(String::strip).collect(Collectors.toSet());
  }

  private Map<String, Config> settings(Collection<String> topics) throws InterruptedException {
    List<ConfigResource> resources =
        topics.stream().map(t -> new ConfigResource(ConfigResource.Type.TOPIC, t)).toList();
    Map<String, Config> byName = new HashMap<>();
    get(admin.describeConfigs(resources).all())
        .forEach((resource, config) -> byName.put(resource.name(), config));
    return byName;
  }

  /** Every topic of the catalogue and its dead letters, by name. */
  private Map<String, NewTopic> wanted() {
    Map<String, NewTopic> topics = new TreeMap<>();
    for (Topic topic : Topic.catalogue()) {
      topics.put(
          topic.topicName(),
          layout.of(topic.topicName(), topic.partitions()).configs(topic.settings()));
      topics.put(
          topic.deadLetterName(),
          layout.of(topic.deadLetterName(), 1).configs(layout.deadLetterSettings()));
    }
    return Collections.unmodifiableMap(topics);
  }

  private <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the cluster refused: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw late("the cluster did not answer");
    }
  }

  /** A failure that passes. */
  private org.apache.kafka.common.errors.TimeoutException late(String what) {
    return new org.apache.kafka.common.errors.TimeoutException(
        what + " within " + timeout.toSeconds() + " s");
  }
}
