package dev.dataengine.compose.launcher;

import com.sun.net.httpserver.HttpExchange;
import dev.dataengine.compose.http.LocalHttpServer;
import dev.dataengine.failure.MisconfiguredException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The process's metrics in Prometheus' text format under {@code /metrics} on 127.0.0.1. */
public final class MetricsEndpoint implements AutoCloseable {

  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics gc = new JvmGcMetrics();
  private final LocalHttpServer server;

  public MetricsEndpoint(int port) {
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    gc.bindTo(meters);
    try {
      server = LocalHttpServer.bind(port, "metrics-http");
    } catch (IOException e) {
      throw new MisconfiguredException(
          "metrics.port: cannot be served on port " + port + ": " + e.getMessage(), e);
    }
    server.server().createContext("/metrics", this::scrape);
    server.server().start();
  }

  private void scrape(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = meters.scrape().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Where services register their meters. */
  public MeterRegistry meters() {
    return meters;
  }

  public String url() {
    return "http://127.0.0.1:" + server.port() + "/metrics";
  }

  @Override
  public void close() {
    server.close();
    gc.close();
    meters.close();
  }
}
