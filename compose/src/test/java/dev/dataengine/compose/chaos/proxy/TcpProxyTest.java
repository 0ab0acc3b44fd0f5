package dev.dataengine.compose.chaos.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

  private static final byte[] HELLO = "hello, proxy".getBytes(StandardCharsets.US_ASCII);

  private ServerSocket echo;
  private TcpProxy proxy;

  @BeforeEach
  void open() throws IOException {
    echo = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    TcpProxy.daemon(this::serve, "echo");
    proxy =
        TcpProxy.start(
            0, new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.getLocalPort()));
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    echo.close();
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = echo.accept();
        TcpProxy.daemon(() -> repeat(socket), "echo-connection");
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private static void repeat(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException gone) {
      // the proxy reset it
    }
  }

  private Socket client() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private static void say(Socket socket) throws IOException {
    socket.getOutputStream().write(HELLO);
  }

  private static byte[] hear(Socket socket) throws IOException {
    return socket.getInputStream().readNBytes(HELLO.length);
  }

  private static void assertEchoes(Socket socket) throws IOException {
    say(socket);
    assertThat(hear(socket)).isEqualTo(HELLO);
  }

  /** A closed socket listens for as long as a thread is on its way out of accept. */
  private static void awaitNobodyListensAt(int port) throws InterruptedException {
    for (int i = 0; i < 500; i++) {
      try (Socket taken = new Socket(InetAddress.getLoopbackAddress(), port)) {
        Thread.sleep(10);
      } catch (IOException refused) {
        return;
      }
    }
    throw new AssertionError("port " + port + " is still listened at");
  }

  @Test
  void pass_carriesBothWaysAndEndsWithBothSides() throws Exception {
    try (Socket socket = client()) {
      assertEchoes(socket);
      assertThat(proxy.connections()).isEqualTo(1);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
    for (int i = 0; i < 100 && proxy.connections() > 0; i++) {
      Thread.sleep(20);
    }
    assertThat(proxy.connections()).isZero();
  }

  @Test
  void hang_acceptsAndIsSilent_andMovesWhatWasSentWhenItPasses() throws Exception {
    try (Socket before = client()) {
      assertEchoes(before);
      proxy.behave(new Behaviour.Hang());
      try (Socket during = client()) {
        say(before);
        say(during);
        before.setSoTimeout(300);
        during.setSoTimeout(300);
        assertThatThrownBy(() -> hear(before)).isInstanceOf(SocketTimeoutException.class);
        assertThatThrownBy(() -> hear(during)).isInstanceOf(SocketTimeoutException.class);

        proxy.behave(new Behaviour.Pass());

        before.setSoTimeout(5_000);
        during.setSoTimeout(5_000);
        assertThat(hear(before)).isEqualTo(HELLO);
        assertThat(hear(during)).isEqualTo(HELLO);
      }
    }
  }

  @Test
  void refuse_resetsWhatIsOpenAndRefusesOthers_untilItPasses() throws Exception {
    try (Socket before = client()) {
      assertEchoes(before);
      proxy.behave(new Behaviour.Refuse());
      assertThatThrownBy(() -> hear(before)).isInstanceOf(SocketException.class);
      assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
    }
    proxy.behave(new Behaviour.Pass());
    try (Socket after = client()) {
      assertEchoes(after);
    }
  }

  @Test
  void cut_resetsWhatIsOpenAndTakesOthers() throws Exception {
    try (Socket before = client()) {
      assertEchoes(before);
      proxy.cut();
      assertThatThrownBy(() -> hear(before)).isInstanceOf(SocketException.class);
    }
    try (Socket after = client()) {
      assertEchoes(after);
    }
  }

  @Test
  void half_letsSoManyBytesOfTheAnswerThroughAndResets() throws Exception {
    proxy.behave(new Behaviour.Half(5));
    try (Socket socket = client()) {
      say(socket);
      assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void delay_bringsEachWayLater() throws Exception {
    proxy.behave(new Behaviour.Delay(Duration.ofMillis(150)));
    try (Socket socket = client()) {
      long begun = System.nanoTime();
      assertEchoes(socket);
      assertThat(System.nanoTime() - begun).isGreaterThan(300_000_000L);
    }
  }

  @Test
  void slow_movesSoManyBytesASecond() throws Exception {
    proxy.behave(new Behaviour.Slow(20));
    try (Socket socket = client()) {
      long begun = System.nanoTime();
      assertEchoes(socket);
      assertThat(System.nanoTime() - begun).isGreaterThan(300_000_000L);
    }
  }

  @Test
  void answer_isGivenInTheServersPlaceOnOpenAndNewConnections() throws Exception {
    byte[] busy = "HTTP/1.1 503 busy\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Socket before = client()) {
      assertEchoes(before);
      proxy.behave(new Behaviour.Answer(busy));
      try (Socket after = client()) {
        say(before);
        say(after);
        assertThat(before.getInputStream().readAllBytes()).isEqualTo(busy);
        assertThat(after.getInputStream().readAllBytes()).isEqualTo(busy);
      }
    }
  }

  @Test
  void pass_withoutATarget_resetsAndServesOnceTheTargetIsThere() throws Exception {
    int port = echo.getLocalPort();
    echo.close();
    awaitNobodyListensAt(port);
    try (Socket socket = client()) {
      assertThatThrownBy(
              () -> {
                say(socket);
                assertThat(hear(socket)).isEqualTo(HELLO);
              })
          .isInstanceOf(SocketException.class);
    }
    ServerSocket again = new ServerSocket();
    again.setReuseAddress(true);
    again.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    echo = again;
    TcpProxy.daemon(this::serve, "echo");
    try (Socket socket = client()) {
      assertEchoes(socket);
    }
  }
}
