package dev.dataengine.compose.chaos.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Ports that stay ours while their server is down. They lie below those that the system gives to
 * connecting sockets: else a client that tries a port again and again while nothing listens there
 * is sooner or later given that very port, and connected to itself.
 */
final class FreePorts {

  private static final int FIRST = 12_000;
  private static final int BEHIND_LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private final SplittableRandom random = new SplittableRandom();
  private final Set<Integer> given = new HashSet<>();

  int next() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = random.nextInt(FIRST, BEHIND_LAST);
      if (!given.contains(port) && isFree(port)) {
        given.add(port);
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port from " + FIRST + " to " + BEHIND_LAST + " on 127.0.0.1");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
