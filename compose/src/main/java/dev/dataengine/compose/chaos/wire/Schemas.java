package dev.dataengine.compose.chaos.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** The registry's schemas by id; waits for a registry that is away. Safe for several threads. */
public final class Schemas {

  private static final int NOT_FOUND = 404;
  private static final int OK = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String url;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final Map<Integer, Optional<Schema>> known = new ConcurrentHashMap<>();

  public Schemas(String url) {
    this.url = url;
  }

  /** The schema; empty where the registry says that there is none. */
  public Optional<Schema> byId(int id) throws InterruptedException {
    Optional<Schema> schema = known.get(id);
    while (schema == null) {
      try {
        schema = ask(id);
        known.put(id, schema);
      } catch (IOException away) {
        Thread.sleep(PATIENCE.toMillis() / 4);
      }
    }
    return schema;
  }

  private Optional<Schema> ask(int id) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + "/schemas/ids/" + id))
                .timeout(PATIENCE)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == NOT_FOUND) {
      return Optional.empty();
    }
    if (answer.statusCode() != OK) {
      throw new IOException("the registry answers " + answer.statusCode());
    }
    JsonNode body = json.readTree(answer.body());
    return Optional.of(new Schema.Parser().parse(body.get("schema").asText()));
  }
}
