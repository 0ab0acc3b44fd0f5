package dev.dataengine.compose.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.compose.http.LocalHttpServer;
import dev.dataengine.failure.Health;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.service.Service;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A schema registry over HTTP on 127.0.0.1 whose ids survive restarts. */
public final class EmbeddedRegistry implements Service {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedRegistry.class);
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final int MAX_BODY_BYTES = 4 << 20;

  private final int port;
  private final Path file;
  private final CompatibilityLevel compatibility;
  private final ObjectMapper json = new ObjectMapper();
  private final CompletableFuture<Void> termination = new CompletableFuture<>();
  private final Health health = new Health();
  private @Nullable LocalHttpServer server;
  private @Nullable SchemaStore store;

  /**
   * @param directory takes the journal of what was registered
   * @throws IllegalStateException where the port that the configuration fixes is taken
   */
  public EmbeddedRegistry(RegistryConfig config, Path directory, Ports ports) {
    this.port = ports.choose("registry", config.port());
    this.file = directory.resolve("registrations.jsonl");
    this.compatibility = CompatibilityLevel.forName(config.compatibility());
  }

  /** Base URL for clients. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public synchronized void start() {
    SchemaStore opened = new SchemaStore(new Journal(file, json), json, compatibility);
    RegistryApi api = new RegistryApi(opened, json);
    LocalHttpServer started;
    try {
      started = LocalHttpServer.bind(port, "registry-http");
    } catch (IOException e) {
      opened.close();
      throw new MisconfiguredException(
          "registry.port: cannot listen on port " + port + ": " + e.getMessage(), e);
    }
    store = opened;
    started.server().createContext("/", exchange -> handle(api, exchange));
    started.server().start();
    server = started;
    log.atInfo()
        .addKeyValue("url", url())
        .addKeyValue("subjects", opened.subjects().size())
        .log("registry is up");
    health.running();
  }

  private void handle(RegistryApi api, HttpExchange exchange) throws IOException {
    try (exchange) {
      int status = 200;
      Object answer;
      try {
        answer = api.answer(request(exchange));
      } catch (RegistryException refused) {
        status = refused.httpStatus();
        answer = error(refused.code(), String.valueOf(refused.getMessage()));
      } catch (JsonProcessingException e) {
        status = 400;
        answer = error(400, "Unreadable JSON: " + e.getOriginalMessage());
      } catch (StackOverflowError e) {
        status = 422;
        answer = error(42201, "Invalid schema: nested too deeply");
      } catch (RuntimeException e) {
        log.atError()
            .setCause(e)
            .addKeyValue("path", exchange.getRequestURI().getPath())
            .log("request failed");
        status = 500;
        answer = error(50001, "Error in the backend data store: " + e.getMessage());
      }
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(status, -1);
        return;
      }
      byte[] body = json.writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Map<String, Object> error(int code, String message) {
    return Map.of("error_code", code, "message", message);
  }

  private RegistryApi.Request request(HttpExchange exchange) throws IOException, RegistryException {
    List<String> path = new ArrayList<>();
    for (String segment : exchange.getRequestURI().getRawPath().split("/", -1)) {
      if (!segment.isEmpty()) {
        // a plus sign in a path is itself, unlike in a query
        path.add(decode(segment.replace("+", "%2B")));
      }
    }
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
    if (bytes.length > MAX_BODY_BYTES) {
      throw new RegistryException(413, "expected at most " + MAX_BODY_BYTES + " bytes");
    }
    JsonNode body = bytes.length == 0 ? json.nullNode() : json.readTree(bytes);
    return new RegistryApi.Request(exchange.getRequestMethod(), path, query, body);
  }

  private static String decode(String text) throws RegistryException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RegistryException(400, "HTTP 400 Bad Request: " + e.getMessage());
    }
  }

  @Override
  public CompletableFuture<Void> termination() {
    return termination;
  }

  @Override
  public Health health() {
    return health;
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.close();
      server = null;
    }
    if (store != null) {
      store.close();
      store = null;
    }
    health.stopped();
    termination.complete(null);
  }
}
