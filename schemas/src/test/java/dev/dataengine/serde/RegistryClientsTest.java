package dev.dataengine.serde;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.dataengine.events.BadCase;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A registry that answers one thing, whatever it is asked: bytes as they go over the wire. */
class RegistryClientsTest {

  private static final String TOPIC = Topic.BAD_CASES.topicName();

  private final byte[] event =
      EventSerde.of(BadCase.class, new MockSchemaRegistryClient())
          .serialize(TOPIC, (BadCase) new SomeEvent(1).of(BadCase.class));
  private ServerSocket server;
  private volatile String answer = "";

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::serve, "odd-registry");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        InputStream in = socket.getInputStream();
        var unused = in.read(new byte[4096]);
        socket.getOutputStream().write(answer.replace("~", "\r\n").getBytes(US_ASCII));
      } catch (IOException e) {
        // the client hung up, or the test is over
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AWAY          | HTTP/1.1 429 Too Many~Content-Length: 0~~
          AWAY          | HTTP/1.1 429 Too Many~Content-Length: 30~~{"error_code":42901,"message":""}
          AWAY          | HTTP/1.1 503 Service Unavailable~Content-Length: 4~~busy
          AWAY          | HTTP/1.1 500 Error~Content-Length: 34~~{"error_code":50001,"message":"db"}
          AWAY          | HTTP/1.1 408 Timeout~Content-Length: 0~~
          AWAY          | HTTP/1.1 200 OK~Content-Length: 500~~{"schema":"
          AWAY          | HTTP/1.1 200 OK~Content-Length: 6~~<html>
          AWAY          | HTTP/1.1 200
          AWAY          | ''
          AWAY          | HTTP/1.1 404 Not Found~Content-Length: 37~~{"error_code":40403,"message":"none"}
          MISCONFIGURED | HTTP/1.1 401 Unauthorized~Content-Length: 31~~{"error_code":401,"message":""}
          MISCONFIGURED | HTTP/1.1 403 Forbidden~Content-Length: 2~~no
          MISCONFIGURED | HTTP/1.1 404 Not Found~Content-Length: 9~~not here.
          MISCONFIGURED | HTTP/1.1 400 Bad Request~Content-Length: 6~~<html>
          MISCONFIGURED | HTTP/1.1 405 Not Allowed~Content-Length: 6~~<html>
          MISCONFIGURED | HTTP/1.1 407 Proxy Authentication Required~Content-Length: 0~~
          """)
  void deserialize_answersThatAreNone_areNoFaultOfTheRecord(FailureKind kind, String answered) {
    answer = answered;
    EventSerde<BadCase> serde =
        EventSerde.of(
            BadCase.class, EventSerde.registry("http://127.0.0.1:" + server.getLocalPort()));

    Throwable failure = catchThrowable(() -> serde.deserialize(TOPIC, event));

    assertThat(Failures.kindOf(failure)).as(String.valueOf(failure)).isEqualTo(kind);
  }

  /** As where a proxy cuts the connection off behind the status line. */
  @Test
  void getSchemaById_404CutOffByWhatWasARegistryBefore_isNoFaultOfAnybody() throws Exception {
    SchemaRegistryClient client = EventSerde.registry("http://127.0.0.1:" + server.getLocalPort());
    String cutOff = "HTTP/1.1 404 Not Found~Content-Length: 52~~{\"error_code\":40403,\"mess";

    answer = cutOff;
    assertThat(Failures.kindOf(catchThrowable(() -> client.getSchemaById(1))))
        .isEqualTo(FailureKind.MISCONFIGURED);

    answer = "HTTP/1.1 200 OK~Content-Type: application/json~Content-Length: 5~~[\"a\"]";
    assertThat(client.getAllSubjects()).containsExactly("a");
    answer = cutOff;
    assertThat(Failures.kindOf(catchThrowable(() -> client.getSchemaById(1))))
        .isEqualTo(FailureKind.AWAY);
    answer = "HTTP/1.1 403 Forbidden~Content-Length: 2~~no";
    assertThat(Failures.kindOf(catchThrowable(() -> client.getSchemaById(1))))
        .isEqualTo(FailureKind.MISCONFIGURED);
    // a registry's own word for a wrong path is no accident
    answer =
        "HTTP/1.1 404 Not Found~Content-Length: 47~~{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}";
    assertThat(Failures.kindOf(catchThrowable(() -> client.getSchemaById(1))))
        .isEqualTo(FailureKind.MISCONFIGURED);
  }
}
