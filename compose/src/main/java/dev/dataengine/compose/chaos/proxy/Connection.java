package dev.dataengine.compose.chaos.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client's connection: a thread carries what the client says, another what the server does. */
final class Connection {

  private static final int CHUNK = 16 * 1024;
  private static final int SLICES_PER_SECOND = 10;

  private final TcpProxy proxy;
  private final Socket client;
  private @Nullable Socket server;
  private int directions = 1;
  private boolean reset;

  /** What the answer's bytes are counted under; used by the thread that carries the answer. */
  private @Nullable Behaviour counted;

  private int answered;

  Connection(TcpProxy proxy, Socket client) {
    this.proxy = proxy;
    this.client = client;
  }

  /** Carries the client's side until it ends. */
  void run() {
    end(
        () -> {
          if (!(proxy.awaitMoving() instanceof Behaviour.Answer)) {
            connected();
          }
          carry(client, true);
        });
  }

  private interface Carrying {
    void run() throws IOException, InterruptedException;
  }

  /** Does the work of one direction; when both are done the connection is. */
  private void end(Carrying direction) {
    try {
      direction.run();
    } catch (IOException e) {
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      synchronized (this) {
        directions--;
        if (directions == 0 && !reset) {
          closeQuietly(client);
          if (server != null) {
            closeQuietly(server);
          }
          proxy.ended(this);
        }
      }
    }
  }

  private synchronized Socket connected() throws IOException {
    Socket there = server;
    if (there == null) {
      there = proxy.connect();
      server = there;
      Socket from = there;
      directions++;
      TcpProxy.daemon(() -> end(() -> carry(from, false)), "proxy-" + proxy.port() + "-down");
      if (reset) {
        resetQuietly(there);
      }
    }
    return there;
  }

  private void carry(Socket from, boolean request) throws IOException, InterruptedException {
    byte[] chunk = new byte[CHUNK];
    InputStream in = from.getInputStream();
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      Behaviour now = proxy.awaitMoving();
      if (now instanceof Behaviour.Delay delay) {
        TimeUnit.NANOSECONDS.sleep(delay.by().toNanos());
        now = proxy.awaitMoving();
      }
      if (now instanceof Behaviour.Answer answer) {
        if (request) {
          client.getOutputStream().write(answer.bytes());
          client.shutdownOutput();
          return;
        }
        continue;
      }
      OutputStream out = (request ? connected() : client).getOutputStream();
      if (now instanceof Behaviour.Half half && !request) {
        writeHalf(half, out, chunk, n);
      } else if (now instanceof Behaviour.Slow slow) {
        writeSlowly(slow, out, chunk, n);
      } else {
        out.write(chunk, 0, n);
      }
    }
    (request ? connected() : client).shutdownOutput();
  }

  private void writeHalf(Behaviour.Half half, OutputStream out, byte[] chunk, int n)
      throws IOException {
    if (!half.equals(counted)) {
      counted = half;
      answered = 0;
    }
    int admitted = Math.min(n, half.bytes() - answered);
    out.write(chunk, 0, admitted);
    out.flush();
    answered += admitted;
    if (admitted < n) {
      throw new IOException("half an answer is what is let through");
    }
  }

  private void writeSlowly(Behaviour.Slow slow, OutputStream out, byte[] chunk, int n)
      throws IOException, InterruptedException {
    int slice = Math.max(1, slow.bytesPerSecond() / SLICES_PER_SECOND);
    int at = 0;
    while (at < n && slow.equals(proxy.behaviour())) {
      int length = Math.min(slice, n - at);
      out.write(chunk, at, length);
      at += length;
      TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(length) / slow.bytesPerSecond());
    }
    out.write(chunk, at, n - at);
  }

  /** Ends both sides with a reset; what is on the way is lost. */
  void reset() {
    resetQuietly(client);
    synchronized (this) {
      reset = true;
      if (server != null) {
        resetQuietly(server);
      }
    }
    proxy.ended(this);
  }

  private static void resetQuietly(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException closedAlready) {
      // then there is nothing to reset
    }
    closeQuietly(socket);
  }

  static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException gone) {
      // what was to be closed is
    }
  }
}
