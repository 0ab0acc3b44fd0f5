package dev.dataengine.compose.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.data.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients that are slow or send nonsense cost the others: nothing. */
final class RegistryRobustnessTest {

  @TempDir private Path directory;
  private EmbeddedRegistry registry;

  @BeforeEach
  void start() {
    registry =
        new EmbeddedRegistry(
            RegistryConfig.defaults(), directory, new Ports(directory.resolve("ports")));
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void request_besideManyThatNeverEnd_isAnswered() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Socket socket = connect();
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                (i % 2 == 0
                        ? "GET /sub"
                        : "POST /subjects/s/versions HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
                    .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
      }
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(registry.url() + "/subjects"))
                      .timeout(Duration.ofSeconds(20))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void request_malformed_isAClientsErrorWithConfluentsForm() throws Exception {
    String post = "POST /subjects/s-value/versions";
    String nested = "{\\\"type\\\":\\\"array\\\",\\\"items\\\":".repeat(20_000);
    for (String[] request :
        new String[][] {
          {post, "[]"},
          {post, "5"},
          {post, "null"},
          {post, "\"text\""},
          {post, "{\"schema\": 5}"},
          {post, "{\"schema\": \"\"}"},
          {post, "{\"schema\": \"null\"}"},
          {post, "{\"schema\": \"{}\"}"},
          {post, "{\"schema\": \"{\\\"type\\\":\\\"record\\\"}\"}"},
          {post, "{\"schema\": \"" + nested + "\"}"},
          {post, "[".repeat(100_000)},
          {post, "{\"schema\": \"\\\"int\\\"\", \"schemaType\": \"PROTOBUF\"}"},
          {post, "{\"schema\": \"\\\"int\\\"\", \"references\": [5]}"},
          {post, "{\"schema\": \"\\\"int\\\"\", \"references\": [{\"no\": 1}]}"},
          {post, "{\"schema\": \"\\\"int\\\"\", \"references\": [{\"name\": \"n\"}]}"},
          {post, "x".repeat(5 << 20)},
          {"PUT /config", ""},
          {"PUT /config", "[]"},
          {"PUT /config", "{\"compatibility\": {}}"},
          {"GET /schemas/ids/99999999999", ""},
          {"GET /schemas/ids/-1", ""},
          {"GET /subjects/s-value/versions/-5", ""},
          {"GET /subjects/%ff%fe/versions", ""},
          {"GET /a/b/c/d/e/f", ""},
          {"DELETE /schemas/ids/1", ""},
          {"HEAD /nowhere", ""},
          {"PATCH /subjects", "{}"},
          {"POST /compatibility/subjects/s/versions/latest", "{}"},
          {"POST /compatibility/subjects/s/versions/x", "{\"schema\":\"\\\"int\\\"\"}"}
        }) {
      String status = status(request[0], request[1]);
      assertThat(status).as("%s %.80s", request[0], request[1]).matches("4\\d\\d|422");
    }
    assertThat(status("GET /subjects", "")).isEqualTo("200");
  }

  @Test
  void request_thatIsNoHttp_doesNotEndTheServer() throws Exception {
    for (String bytes : List.of("\r\n\r\n", "\u0016\u0003\u0001", "GET /%zz HTTP/1.1\r\n\r\n")) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
      }
    }
    assertThat(status("GET /subjects", "")).isEqualTo("200");
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), URI.create(registry.url()).getPort());
  }

  /** The status line's number; over a socket, since clients refuse to send some of these. */
  private String status(String request, String body) throws IOException {
    try (Socket socket = connect()) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      socket
          .getOutputStream()
          .write(
              (request
                      + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
                      + bytes.length
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      try {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
      } catch (IOException refusedBeforeItWasRead) {
        assertThat(bytes.length).isGreaterThan(1 << 20);
      }
      InputStream in = socket.getInputStream();
      String head = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      return head.substring(Math.min(9, head.length()));
    }
  }
}
