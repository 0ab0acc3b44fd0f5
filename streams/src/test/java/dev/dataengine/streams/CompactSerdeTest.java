package dev.dataengine.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The layouts in stores and on internal topics: they outlive a release, so bytes are pinned. */
class CompactSerdeTest {

  private static final String PAIR = "b\0m";

  private static final Partial PARTIAL =
      new Partial(
          PAIR,
          7,
          3,
          "run",
          60,
          1_000,
          Long.MAX_VALUE,
          2_000,
          Map.of("é", new Partial.TypeSum(new Sum(5, 2_500_000_000L), new Sum(4, 1_000_000_000))));

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(
            Kept.SERDE,
            new Question(
                List.of(
                    new Slot(3, 60, true, List.of(new Moment(1_000, "colour", 333_333_333))),
                    new Slot(
                        4,
                        0,
                        false,
                        List.of(new Moment(-5, "colour", 0), new Moment(6, "shape", 1))))),
            Fixtures.QUESTION),
        Arguments.of(
            Kept.SERDE,
            new ClosedVersion(
                5,
                60,
                7,
                Map.of("colour", new Sum(2, 5)),
                List.of(
                    new ClosedVersion.Step(9, "shape", new Sum(1, 1_000_000_000)),
                    new ClosedVersion.Step(9, "colour", new Sum(-1, -5)))),
            Fixtures.CLOSED),
        Arguments.of(Partial.SERDE, PARTIAL, "02" + Fixtures.PARTIAL),
        Arguments.of(Merged.SERDE, PARTIAL, "03" + Fixtures.PARTIAL),
        Arguments.of(
            Merged.SERDE,
            new PairState(
                Map.of("a", 0.5),
                4,
                120,
                new TreeSet<>(List.of(5L, 6L)),
                new PairState.Told(9, 1_234, "smoothed", 6, true, Map.of("a", 0.25, "b", 0.75))),
            Fixtures.STATE),
        Arguments.of(Ask.SERDE, new Ask.AsOf(3, PAIR, 7, 1_000), Fixtures.AS_OF),
        Arguments.of(Ask.SERDE, new Ask.Everything(), "02"),
        Arguments.of(
            Lineages.SERDE,
            new Lineages(List.of(new Lineages.Run(0, 4, ""), new Lineages.Run(5, 9, "run"))),
            Fixtures.LINEAGES));
  }

  @ParameterizedTest
  @MethodSource("values")
  void written_hasThePinnedLayout(Serde<Object> serde, Object value, String hex) {
    byte[] bytes = serde.serializer().serialize("t", value);

    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex);
    assertThat(read(serde, hex)).isEqualTo(value);
  }

  @Test
  void waitingResult_roundTrip_keepsTheRecord() {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>("evaluation-results", 2, 77, new byte[] {1}, new byte[] {2, 3});
    record.headers().add("h", null).add("i", new byte[] {4});
    Waiting.Entry entry = new Waiting.Entry(5, "m", 9, "run", record);

    byte[] bytes = Waiting.SERDE.serializer().serialize("t", entry);
    Waiting.Entry read = Waiting.SERDE.deserializer().deserialize("t", bytes);

    assertThat(read.record().value()).isEqualTo(record.value());
    assertThat(read.record().headers()).isEqualTo(record.headers());
    assertThat(read.record().offset()).isEqualTo(77);
    assertThat(read.version()).isEqualTo(9);
    assertThat(Waiting.SERDE.serializer().serialize("t", read)).isEqualTo(bytes);
  }

  @Test
  void ofAnotherFormat_isRefused() {
    assertThatThrownBy(() -> read(Partial.SERDE, "01" + Fixtures.PARTIAL))
        .isInstanceOf(SerializationException.class)
        .hasMessage(
            "partial: expected format [2], got 1; another version of the application wrote it");
  }

  @Test
  void cutAnywhere_isRefused() {
    String whole = "02" + Fixtures.PARTIAL;
    for (int octets = 1; octets < whole.length() / 2; octets++) {
      String cut = whole.substring(0, 2 * octets);
      assertThatThrownBy(() -> read(Partial.SERDE, cut))
          .isInstanceOf(SerializationException.class)
          .hasMessage("partial: expected whole fields in " + cut.length() / 2 + " bytes");
    }
  }

  @Test
  void withMoreBehindIt_isRefused() {
    assertThatThrownBy(() -> read(Partial.SERDE, "02" + Fixtures.PARTIAL + "00"))
        .isInstanceOf(SerializationException.class)
        .hasMessage("partial: expected the end, got 1 more bytes");
  }

  /** Bytes that release 0.1 wrote for a benchmark's state. */
  @Test
  void benchmarkStateOfTheFirstFormat_givesItsSequence() {
    Merged read = (Merged) read(Merged.SERDE, Fixtures.OLD_BENCHMARK_STATE);

    assertThat(read).isInstanceOf(PairState.class);
    assertThat(((PairState) read).told().sequence()).isEqualTo(9);
    assertThat(((PairState) read).told().updatedAt()).isEqualTo(1_234);
    assertThatThrownBy(() -> read(Merged.SERDE, Fixtures.OLD_BENCHMARK_STATE.substring(0, 60)))
        .isInstanceOf(SerializationException.class);
  }

  private static Object read(Serde<?> serde, String hex) {
    return serde.deserializer().deserialize("t", HexFormat.of().parseHex(hex));
  }
}
