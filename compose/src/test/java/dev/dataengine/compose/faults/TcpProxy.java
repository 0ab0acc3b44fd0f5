package dev.dataengine.compose.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** Stands before a server, and misbehaves as it is told, while connections are open. */
final class TcpProxy implements AutoCloseable {

  /** What becomes of bytes. */
  enum Mode {
    PASSES,
    /** Nobody listens; what is open is cut. */
    REFUSES,
    /** Connections are taken, and nothing goes through. */
    HANGS,
    /** Connections are taken and cut after a few bytes. */
    CUTS,
    /** Everything goes through, 400 ms later. */
    DELAYS
  }

  private static final int DELAY_MS = 400;
  private static final int FEW_BYTES = 2_000;

  private final int port;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int to;
  private volatile Mode mode = Mode.PASSES;
  private volatile boolean closed;
  private @Nullable ServerSocket server;

  TcpProxy() throws IOException {
    ServerSocket first = listen(0);
    port = first.getLocalPort();
    server = first;
  }

  int port() {
    return port;
  }

  /** Where to, once it is known. */
  void to(int serversPort) {
    to = serversPort;
  }

  private ServerSocket listen(int at) throws IOException {
    ServerSocket listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at));
    threads.execute(() -> accept(listening));
    return listening;
  }

  synchronized void mode(Mode next) throws IOException {
    ServerSocket listening = server;
    if (next == Mode.REFUSES && listening != null) {
      listening.close();
      server = null;
    } else if (next != Mode.REFUSES && listening == null) {
      server = listen(port);
    }
    mode = next;
    if (next == Mode.REFUSES || next == Mode.CUTS) {
      open.forEach(TcpProxy::cut);
      open.clear();
    }
  }

  private void accept(ServerSocket listening) {
    while (!closed) {
      try {
        Socket client = listening.accept();
        Socket behind = new Socket(InetAddress.getLoopbackAddress(), to);
        open.add(client);
        open.add(behind);
        threads.execute(() -> pump(client, behind));
        threads.execute(() -> pump(behind, client));
      } catch (IOException e) {
        if (listening.isClosed()) {
          return;
        }
      }
    }
  }

  private void pump(Socket from, Socket into) {
    byte[] buffer = new byte[1 << 16];
    long passed = 0;
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        while (mode == Mode.HANGS && !closed) {
          Thread.sleep(20);
        }
        if (mode == Mode.DELAYS) {
          Thread.sleep(DELAY_MS);
        }
        passed += n;
        if (mode == Mode.CUTS && passed > FEW_BYTES) {
          break;
        }
        into.getOutputStream().write(buffer, 0, n);
        into.getOutputStream().flush();
      }
    } catch (IOException e) {
      // one of both hung up: so do we
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      cut(from);
      cut(into);
      open.remove(from);
      open.remove(into);
    }
  }

  private static void cut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // is closed then
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    ServerSocket listening = server;
    if (listening != null) {
      listening.close();
    }
    open.forEach(TcpProxy::cut);
    threads.shutdownNow();
  }
}
