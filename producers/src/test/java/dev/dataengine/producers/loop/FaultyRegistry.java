package dev.dataengine.producers.loop;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A registry of schemas that may be asked over HTTP, and misbehaves as it is told, while it runs.
 */
public final class FaultyRegistry implements AutoCloseable {

  /** How it answers. */
  public enum Behaviour {
    SOUND,
    /** Nobody listens. */
    REFUSES,
    /** Takes the connection and never answers, until it behaves otherwise; then it hangs up. */
    SILENT,
    /** Answers after two seconds. */
    SLOW,
    TOO_MANY_REQUESTS,
    OUT_OF_ORDER,
    /** The head of an answer and half of the body. */
    HALF,
    /** As behind a proxy that has lost its backend. */
    BAD_GATEWAY_PAGE,
    /** Hangs up without a word. */
    CUTS
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger asked = new AtomicInteger();

  /** The schema of id n is at n - 1. */
  private final List<String> schemas = new ArrayList<>();

  /** Paths of the subjects that have a version. */
  private final Set<String> subjects = new HashSet<>();

  private HttpServer server;
  private volatile Behaviour behaviour = Behaviour.SOUND;

  public FaultyRegistry() throws IOException {
    server = listen(0);
  }

  private HttpServer listen(int port) throws IOException {
    HttpServer listening =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    listening.createContext("/", this::answer);
    listening.setExecutor(threads);
    listening.start();
    return listening;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often it was asked, and misbehaved. */
  public int faults() {
    return asked.get();
  }

  public synchronized void behave(Behaviour as) throws IOException {
    int port = server.getAddress().getPort();
    if (as == Behaviour.REFUSES) {
      server.stop(0);
    } else if (behaviour == Behaviour.REFUSES) {
      server = listen(port);
    }
    behaviour = as;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Behaviour as = behaviour;
    if (as != Behaviour.SOUND) {
      asked.incrementAndGet();
    }
    switch (as) {
      case SILENT -> {
        while (behaviour == Behaviour.SILENT) {
          pause(20);
        }
        exchange.close();
      }
      case CUTS -> exchange.close();
      case TOO_MANY_REQUESTS ->
          send(exchange, 429, "{\"error_code\":429,\"message\":\"slow down\"}");
      case OUT_OF_ORDER -> send(exchange, 503, "{\"error_code\":503,\"message\":\"starting\"}");
      case BAD_GATEWAY_PAGE -> send(exchange, 502, "<html>502 Bad Gateway</html>");
      case HALF -> {
        byte[] whole = sound(exchange, body).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, whole.length);
        exchange.getResponseBody().write(whole, 0, whole.length / 2);
        exchange.getResponseBody().flush();
        exchange.close();
      }
      case SLOW -> {
        pause(2_000);
        send(exchange, 200, sound(exchange, body));
      }
      default -> {
        if (isUnknown(exchange)) {
          send(exchange, 404, "{\"error_code\":40401,\"message\":\"Subject not found.\"}");
        } else {
          send(exchange, 200, sound(exchange, body));
        }
      }
    }
  }

  /** Whether it is asked for the versions of a subject that nobody has registered. */
  private synchronized boolean isUnknown(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("GET")
        && exchange.getRequestURI().getPath().endsWith("/versions")
        && !subjects.contains(exchange.getRequestURI().getPath());
  }

  /** What Confluent's REST API says to the questions that serializers and their clients ask. */
  private synchronized String sound(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.startsWith("/schemas/ids/")) {
      int id = Integer.parseInt(path.substring("/schemas/ids/".length()));
      return JSON.writeValueAsString(Map.of("schema", schemas.get(id - 1)));
    }
    if (exchange.getRequestMethod().equals("GET")) {
      return "[1]";
    }
    subjects.add(path);
    String schema = JSON.readTree(body).path("schema").asText();
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return JSON.writeValueAsString(Map.of("id", schemas.indexOf(schema) + 1, "version", 1));
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    behaviour = Behaviour.SOUND;
    server.stop(0);
    threads.shutdownNow();
  }
}
