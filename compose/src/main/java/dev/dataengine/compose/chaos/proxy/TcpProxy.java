package dev.dataengine.compose.chaos.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands on 127.0.0.1 before a server and passes what its clients and the server say, until told to
 * {@link #behave} otherwise. A connection costs two threads. Safe for use by several threads.
 */
public final class TcpProxy implements AutoCloseable {

  private static final int BACKLOG = 64;

  /** Another socket may have the port for a moment while nothing listens on it. */
  private static final int BIND_ATTEMPTS = 50;

  private static final long BIND_PAUSE_MILLIS = 100;

  private final InetSocketAddress target;
  private final int port;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private Behaviour behaviour = new Behaviour.Pass();
  private @Nullable ServerSocket listening;
  private boolean accepting;
  private boolean closed;

  private TcpProxy(int port, InetSocketAddress target) throws IOException {
    this.target = target;
    ServerSocket first = bind(port);
    this.port = first.getLocalPort();
    this.listening = first;
  }

  /**
   * Listens.
   *
   * @param port on 127.0.0.1; 0 for a free one
   * @param target what it stands before; need not be there yet
   * @throws UncheckedIOException where the port is taken
   */
  public static TcpProxy start(int port, InetSocketAddress target) {
    try {
      TcpProxy proxy = new TcpProxy(port, target);
      daemon(proxy::acceptAll, "proxy-" + proxy.port);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("a proxy cannot listen on port " + port + ": " + e, e);
    }
  }

  /** What clients connect to. */
  public int port() {
    return port;
  }

  /** Holds from now on, for open connections too. */
  public synchronized void behave(Behaviour now) {
    if (closed) {
      return;
    }
    behaviour = now;
    if (now instanceof Behaviour.Refuse) {
      unbind();
      cut();
    } else if (listening == null) {
      listening = bindAgain();
    }
    notifyAll();
  }

  /** Resets every connection that is open now; new ones are treated as before. */
  public void cut() {
    open.forEach(Connection::reset);
  }

  /** How many connections are open. */
  public int connections() {
    return open.size();
  }

  synchronized Behaviour behaviour() {
    return behaviour;
  }

  /** The behaviour, once it is no {@link Behaviour.Hang}. */
  synchronized Behaviour awaitMoving() throws InterruptedException {
    while (behaviour instanceof Behaviour.Hang && !closed) {
      wait();
    }
    return behaviour;
  }

  Socket connect() throws IOException {
    return new Socket(target.getAddress(), target.getPort());
  }

  void ended(Connection connection) {
    open.remove(connection);
  }

  private void acceptAll() {
    try {
      for (ServerSocket here = listener(); here != null; here = listener()) {
        acceptOn(here);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void acceptOn(ServerSocket here) {
    try {
      Connection connection = new Connection(this, here.accept());
      open.add(connection);
      daemon(connection::run, "proxy-" + port + "-up");
      if (behaviour() instanceof Behaviour.Refuse) {
        connection.reset();
      }
    } catch (IOException unbound) {
      // told not to listen, or closed
    } finally {
      left();
    }
  }

  /** What to accept on, as soon as there is something; null once closed. */
  private synchronized @Nullable ServerSocket listener() throws InterruptedException {
    while (!closed && (listening == null || listening.isClosed())) {
      wait();
    }
    accepting = !closed;
    return closed ? null : listening;
  }

  private synchronized void left() {
    accepting = false;
    notifyAll();
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    return socket;
  }

  private ServerSocket bindAgain() {
    for (int attempt = 1; ; attempt++) {
      try {
        return bind(port);
      } catch (IOException e) {
        if (attempt == BIND_ATTEMPTS) {
          throw new UncheckedIOException("the proxy lost its port " + port + ": " + e, e);
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BIND_PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns once nothing listens: the system keeps the port open while a thread accepts on it. */
  private synchronized void unbind() {
    ServerSocket here = listening;
    listening = null;
    if (here != null) {
      Connection.closeQuietly(here);
    }
    boolean interrupted = false;
    while (accepting) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Resets what is open and listens no more. */
  @Override
  public synchronized void close() {
    closed = true;
    unbind();
    cut();
    notifyAll();
  }
}
