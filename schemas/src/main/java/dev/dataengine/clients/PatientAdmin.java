package dev.dataengine.clients;

import dev.dataengine.failure.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a broker, and waits for its answer for as long as the service runs: however long the broker
 * takes, the service says soon what it waits for, and stops soon when it is told to.
 */
public final class PatientAdmin implements AutoCloseable {
  private static final long LOOK_MILLIS = 1_000;

  private final Admin admin;
  private final Patience patience;

  /**
   * @param admin is closed with this
   */
  public PatientAdmin(Admin admin, Patience patience) {
    this.admin = admin;
    this.patience = patience;
  }

  /**
   * @param from who has to answer, in the words of an operator: "the broker", "the topics"
   * @param question is asked anew only where it failed
   * @throws dev.dataengine.failure.StoppedException where the service was stopped first
   * @throws Exception what the broker said, where that is no failure that passes
   */
  public <T> T ask(String from, Function<Admin, KafkaFuture<T>> question) throws Exception {
    return patience.waitOut(from, new Asked<>(question));
  }

  /** How many partitions a topic has; waits for one that is not there. */
  public int partitions(String topic) throws Exception {
    return describe(topic).partitions().size();
  }

  /**
   * A topic's id, which one that is deleted and made anew does not have; empty where the broker is
   * from before there were ids. Waits for a topic that is not there.
   */
  public String topicId(String topic) throws Exception {
    Uuid id = describe(topic).topicId();
    return id.equals(Uuid.ZERO_UUID) ? "" : id.toString();
  }

  private TopicDescription describe(String topic) throws Exception {
    return ask("the topic " + topic, a -> a.describeTopics(List.of(topic)).allTopicNames())
        .values()
        .iterator()
        .next();
  }

  /** Waits for no answer any more. */
  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  private final class Asked<T> implements Patience.Call<T> {
    private final Function<Admin, KafkaFuture<T>> question;
    private @Nullable KafkaFuture<T> pending;

    Asked(Function<Admin, KafkaFuture<T>> question) {
      this.question = question;
    }

    @Override
    public T run() throws Exception {
      KafkaFuture<T> answer = pending == null ? question.apply(admin) : pending;
      pending = answer;
      try {
        return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (java.util.concurrent.TimeoutException e) {
        throw new TimeoutException("no answer yet");
      } catch (ExecutionException e) {
        pending = null;
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }
}
