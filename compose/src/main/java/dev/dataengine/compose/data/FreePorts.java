package dev.dataengine.compose.data;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Ports on 127.0.0.1 that stay ours while their server is down. They lie below those that the
 * system gives to connecting sockets: else a client that tries a port again and again while nothing
 * listens there is sooner or later given that very port, and connected to itself, and the server
 * finds it taken. Not for several threads.
 */
public final class FreePorts {

  static final int FIRST = 12_000;
  static final int BEHIND_LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private final SplittableRandom random = new SplittableRandom();
  private final Set<Integer> given = new HashSet<>();

  /** One that is free, and neither taken from here nor given before. */
  public int next() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = random.nextInt(FIRST, BEHIND_LAST);
      if (isLeft(port)) {
        give(port);
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port from " + FIRST + " to " + BEHIND_LAST + " on 127.0.0.1");
  }

  /** Whether a port, of any number, is free and was not given. */
  boolean isLeft(int port) {
    return !given.contains(port) && isFree(port);
  }

  /** Gives a port that was chosen otherwise. */
  void give(int port) {
    given.add(port);
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      // as the servers themselves do: connections in TIME_WAIT of the last run are no hindrance
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
