package dev.dataengine.workers.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.ModelState;
import dev.dataengine.events.ModelVersion;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class VersionLogTest {

  private final VersionLog log = new VersionLog();

  private static ModelVersion version(long number, String sha256) {
    return ModelVersion.newBuilder()
        .setVersionId("tiny|" + number)
        .setModel("tiny")
        .setVersion(number)
        .setLineage("run")
        .setBase("base")
        .setPrecision("float32")
        .setAdapterUri("file:///v" + number)
        .setAdapterSha256(sha256)
        .setState(ModelState.CANDIDATE)
        .setCreatedAt(Instant.EPOCH)
        .build();
  }

  private void announce(long from, long to) {
    for (long number = from; number < to; number++) {
      log.requireSound(version(number, "a"));
      log.add(version(number, "a"));
    }
  }

  @Test
  void requireSound_otherContentOfAVersionThatIsRemembered_isRefused() {
    announce(0, VersionLog.MOST);

    assertThatThrownBy(() -> log.requireSound(version(0, "b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("version 0 of tiny was announced before");
  }

  @Test
  void add_moreVersionsThanAreRemembered_forgetsTheOldest() {
    announce(0, VersionLog.MOST + 2);

    assertThatCode(() -> log.requireSound(version(1, "b"))).doesNotThrowAnyException();
    assertThatThrownBy(() -> log.requireSound(version(2, "b")))
        .isInstanceOf(IllegalArgumentException.class);
    int waited = 0;
    long last = -1;
    while (log.isWaiting()) {
      last = log.next().orElseThrow().getVersion();
      waited++;
    }
    assertThat(waited).isEqualTo(VersionLog.MOST);
    assertThat(last).isEqualTo(2);
  }

  /** What is forgotten cannot be told from new; it is not evaluated for that. */
  @Test
  void add_versionOlderThanThoseRemembered_doesNotWait() {
    announce(10, 10 + VersionLog.MOST);
    while (log.isWaiting()) {
      var unused = log.next();
    }

    log.add(version(9, "b"));

    assertThat(log.isWaiting()).isFalse();
  }
}
