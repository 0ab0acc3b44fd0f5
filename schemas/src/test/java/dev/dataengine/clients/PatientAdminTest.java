package dev.dataengine.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.Health;
import dev.dataengine.failure.Patience;
import dev.dataengine.failure.StoppedException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class PatientAdminTest {

  private final List<Object> closedWithin = new ArrayList<>();
  private final Health health = new Health();
  private final Deque<Runnable> meanwhile = new ArrayDeque<>();
  private boolean running = true;
  private int asked;

  private final PatientAdmin admin =
      new PatientAdmin(
          (Admin)
              Proxy.newProxyInstance(
                  PatientAdminTest.class.getClassLoader(),
                  new Class<?>[] {Admin.class},
                  (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("close");
                    return closedWithin.add(arguments[0]) ? null : "unused";
                  }),
          new Patience(() -> running, health, (pause, goesOn) -> sleep()));

  private boolean sleep() {
    Runnable next = meanwhile.poll();
    if (next != null) {
      next.run();
    }
    return running;
  }

  private static KafkaFutureImpl<String> answered(Exception failure) {
    KafkaFutureImpl<String> future = new KafkaFutureImpl<>();
    future.completeExceptionally(failure);
    return future;
  }

  @Test
  void ask_answerThatTakesLong_isAskedOnceAndSaidToBeWaitedFor() throws Exception {
    KafkaFutureImpl<String> late = new KafkaFutureImpl<>();
    List<String> said = new ArrayList<>();
    meanwhile.add(
        () -> {
          said.add(String.valueOf(health.status()));
          late.complete("here");
        });

    String answer =
        admin.ask(
            "the broker",
            a -> {
              asked++;
              return late;
            });

    assertThat(answer).isEqualTo("here");
    assertThat(asked).isEqualTo(1);
    assertThat(said).singleElement().asString().contains("the broker");
  }

  @Test
  void ask_questionThatFailed_isAskedAnew() throws Exception {
    Deque<KafkaFutureImpl<String>> answers = new ArrayDeque<>();
    answers.add(answered(new TimeoutException("away")));
    KafkaFutureImpl<String> second = new KafkaFutureImpl<>();
    second.complete("here");
    answers.add(second);

    String answer = admin.ask("the broker", a -> answers.remove());

    assertThat(answer).isEqualTo("here");
    assertThat(answers).isEmpty();
  }

  @Test
  void ask_refused_throwsWhatTheBrokerSaid() {
    assertThatThrownBy(
            () -> admin.ask("the broker", a -> answered(new TopicExistsException("there"))))
        .isInstanceOf(TopicExistsException.class)
        .hasMessage("there");
  }

  @Test
  void ask_stoppedMeanwhile_endsSoon() {
    meanwhile.add(() -> running = false);

    assertThatThrownBy(() -> admin.ask("the broker", a -> new KafkaFutureImpl<String>()))
        .isInstanceOf(StoppedException.class)
        .hasMessageContaining("the broker");
  }

  @Test
  void close_waitsForNoAnswer() {
    admin.close();

    assertThat(closedWithin).containsExactly(Duration.ZERO);
  }
}
