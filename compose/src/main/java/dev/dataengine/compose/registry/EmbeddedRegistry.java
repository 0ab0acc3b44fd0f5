package dev.dataengine.compose.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dataengine.compose.data.Ports;
import dev.dataengine.failure.Health;
import dev.dataengine.service.Service;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
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
  private @Nullable HttpServer server;
  private @Nullable ExecutorService threads;
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
    HttpServer started;
    try {
      started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      opened.close();
      throw new UncheckedIOException("registry cannot listen on port " + port + ": " + e, e);
    }
    store = opened;
    threads = Executors.newFixedThreadPool(2, task -> new Thread(task, "registry-http"));
    started.setExecutor(threads);
    started.createContext("/", exchange -> handle(api, exchange));
    started.start();
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
      } catch (RuntimeException e) {
        log.atError()
            .setCause(e)
            .addKeyValue("path", exchange.getRequestURI())
            .log("request failed");
        status = 500;
        answer = error(50001, "Error in the backend data store: " + e.getMessage());
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

  private RegistryApi.Request request(HttpExchange exchange) throws IOException {
    List<String> path =
        Stream.of(exchange.getRequestURI().getRawPath().split("/", -1))
            .filter(segment -> !segment.isEmpty())
            // a plus sign in a path is itself, unlike in a query
            .map(segment -> decode(segment.replace("+", "%2B")))
            .toList();
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    byte[] bytes = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
    JsonNode body = bytes.length == 0 ? json.nullNode() : json.readTree(bytes);
    return new RegistryApi.Request(exchange.getRequestMethod(), path, query, body);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
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
      server.stop(0);
      server = null;
    }
    if (threads != null) {
      threads.shutdownNow();
    }
    if (store != null) {
      store.close();
      store = null;
    }
    health.stopped();
    termination.complete(null);
  }
}
