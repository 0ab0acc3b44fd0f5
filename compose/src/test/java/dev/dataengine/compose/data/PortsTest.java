package dev.dataengine.compose.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.failure.MisconfiguredException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortsTest {

  /** The first that Linux gives to a connecting socket, unless it is told otherwise. */
  private static final int FIRST_EPHEMERAL = 32_768;

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("ports.properties");
  }

  @Test
  void choose_noneWanted_isBelowThoseOfConnectingSocketsAndNoneTwice() {
    Ports ports = new Ports(file());
    Set<Integer> chosen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      chosen.add(ports.choose("service-" + i, 0));
    }

    assertThat(chosen).hasSize(100).allMatch(port -> port > 1_024 && port < FIRST_EPHEMERAL);
  }

  @Test
  void choose_again_isThePortOfTheLastStart() {
    int port = new Ports(file()).choose("broker", 0);

    assertThat(new Ports(file()).choose("broker", 0)).isEqualTo(port);
  }

  /**
   * Of a release that took them from there: another address would be a surprise, this is a risk.
   */
  @Test
  void choose_rememberedPortOfConnectingSockets_stays() throws IOException {
    int ephemeral;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ephemeral = socket.getLocalPort();
    }
    Files.writeString(file(), "broker=" + ephemeral + "\n");

    assertThat(new Ports(file()).choose("broker", 0)).isEqualTo(ephemeral);
  }

  @Test
  void choose_portOfTheLastStartIsTaken_isAnother() throws IOException {
    int port = new Ports(file()).choose("broker", 0);
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(new Ports(file()).choose("broker", 0)).isNotEqualTo(socket.getLocalPort());
    }
  }

  @Test
  void choose_wanted_isIt() throws IOException {
    int wanted;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      wanted = socket.getLocalPort();
      assertThatThrownBy(() -> new Ports(file()).choose("broker", wanted))
          .isInstanceOf(MisconfiguredException.class)
          .hasMessage("port " + wanted + " for the broker is taken; free it or choose another");
    }
    assertThat(new Ports(file()).choose("broker", wanted)).isEqualTo(wanted);
  }
}
