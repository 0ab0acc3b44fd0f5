package dev.dataengine.compose.chaos.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dataengine.compose.chaos.wire.Schemas;
import dev.dataengine.compose.chaos.wire.WireFormat;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class LedgerLockTest {

  /** As a registry that was stopped: whoever looks is who has to let it go on. */
  @Test
  void take_whileTheRegistryIsSilent_doesNotKeepOthersFromLooking() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
      WireFormat wire = new WireFormat(new Schemas("http://127.0.0.1:" + silent.getLocalPort()));
      Ledger ledger = new Ledger(wire, new Templates(wire));
      Thread taking = new Thread(() -> take(ledger));
      taking.setDaemon(true);
      taking.start();
      silent.accept(); // it asks now

      CountDownLatch looked = new CountDownLatch(1);
      Thread looking =
          new Thread(
              () -> {
                synchronized (ledger) {
                  looked.countDown();
                }
              });
      looking.setDaemon(true);
      looking.start();

      assertThat(looked.await(5, TimeUnit.SECONDS)).isTrue();
      taking.interrupt();
    }
  }

  private static void take(Ledger ledger) {
    try {
      ledger.take(
          new ConsumerRecord<>("images", 0, 0, new byte[] {'i'}, new byte[] {0, 0, 0, 0, 1, 2}));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
