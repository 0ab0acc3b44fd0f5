package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/** The layouts on internal topics: they outlive a release, so their bytes are pinned. */
class CompactSerdeTest {

  private static final Counted.Partial PARTIAL =
      new Counted.Partial(3, 7, "é", new Sum("m", 5, 2_500_000_000L));
  private static final String PARTIAL_BYTES =
      "01"
          + "00000003"
          + "0000000000000007"
          + "0002c3a9"
          + "00016d"
          + "0000000000000005"
          + "000000009502f900";

  @Test
  void partial_written_hasThePinnedLayout() {
    byte[] bytes = Counted.Partial.SERDE.serializer().serialize("t", PARTIAL);

    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(PARTIAL_BYTES);
    assertThat(read(Counted.Partial.SERDE, PARTIAL_BYTES)).isEqualTo(PARTIAL);
  }

  @Test
  void partial_ofAnotherFormat_isRefused() {
    assertThatThrownBy(() -> read(Counted.Partial.SERDE, "02" + PARTIAL_BYTES.substring(2)))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "partial: expected format 1, got 2; another version of the application wrote it");
  }

  @Test
  void partial_cutShort_isRefused() {
    assertThatThrownBy(() -> read(Counted.Partial.SERDE, PARTIAL_BYTES.substring(0, 40)))
        .isInstanceOf(SerializationException.class)
        .hasMessage("partial: expected whole fields in 20 bytes");
  }

  @Test
  void partial_withMoreBehindIt_isRefused() {
    assertThatThrownBy(() -> read(Counted.Partial.SERDE, PARTIAL_BYTES + "00"))
        .isInstanceOf(SerializationException.class)
        .hasMessage("partial: expected the end, got 1 more bytes");
  }

  @Test
  void stores_roundTrip_giveTheSame() {
    Versions versions = new Versions(new TreeSet<>(java.util.List.of(3L, Long.MAX_VALUE)));
    assertRoundTrip(Versions.SERDE, versions);
    assertRoundTrip(Answer.SERDE, new Answer("colour", 333_333_333, -5, true));
    assertRoundTrip(Sum.SERDE, new Sum("tiny", 12, 5));
    assertRoundTrip(
        BenchmarkState.SERDE,
        new BenchmarkState(
            versions, Map.of("a", 0.1), 9, 1_234, "smoothed", 3, Map.of("a", 0.25, "b", 0.75)));
  }

  private static <T> void assertRoundTrip(Serde<T> serde, T value) {
    byte[] bytes = serde.serializer().serialize("t", value);
    assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(value);
  }

  private static <T> T read(Serde<T> serde, String hex) {
    return serde.deserializer().deserialize("t", HexFormat.of().parseHex(hex));
  }
}
