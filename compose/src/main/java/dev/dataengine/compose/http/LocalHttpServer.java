package dev.dataengine.compose.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's HTTP server on 127.0.0.1 with what it leaves out: a client that sends or takes its
 * bytes too slowly is cut off, and some slow ones leave threads for the others.
 */
public final class LocalHttpServer implements AutoCloseable {

  /** A request of a few kilobytes from the same machine takes milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int THREADS = 16;
  private static final Duration IDLE = Duration.ofSeconds(30);

  static {
    // read once, when the first server of the process is made
    String seconds = Long.toString(PATIENCE.toSeconds());
    setUnlessSet("sun.net.httpserver.maxReqTime", seconds);
    setUnlessSet("sun.net.httpserver.maxRspTime", seconds);
  }

  private final HttpServer server;
  private final ExecutorService threads;

  private LocalHttpServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Bound, but not started.
   *
   * @param port 0 for a free one
   * @param name of its threads
   */
  public static LocalHttpServer bind(int port, String name) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, name));
    threads.allowCoreThreadTimeOut(true);
    server.setExecutor(threads);
    return new LocalHttpServer(server, threads);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** To add contexts and start it. */
  public HttpServer server() {
    return server;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
