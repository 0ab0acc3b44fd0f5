package dev.dataengine.streams;

import static dev.dataengine.streams.MockTask.clocks;
import static dev.dataengine.streams.MockTask.forwarded;
import static dev.dataengine.streams.MockTask.tick;
import static dev.dataengine.streams.Results.announcement;
import static dev.dataengine.streams.Results.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dataengine.events.BadCase;
import dev.dataengine.events.EvaluationResult;
import dev.dataengine.serde.RegistryAwayException;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One task that counts: what it sends on, when, with which time, and when its clock runs. */
class CountTaskTest {

  private static final long NOW = 1_000_000;

  @TempDir Path state;

  private final MockProcessorContext<Object, Object> context = MockTask.context(NOW);
  private final WeightsSerdes serdes = WeightsSerdes.of(new MockSchemaRegistryClient());
  private final KeyValueStore<String, Kept> answers =
      MockTask.store(context, Answers.STORE, Kept.SERDE);
  private final KeyValueStore<String, Waiting.Entry> waiting =
      MockTask.store(context, Waiting.STORE, Waiting.SERDE);
  private final KeyValueStore<String, Lineages> announced =
      MockTask.store(context, ReadAnnouncements.STORE, Lineages.SERDE);

  @SuppressWarnings("NullAway.Init")
  private CountResults count;

  @BeforeEach
  void start() {
    announce(9, "");
    count = new CountResults(Configs.of("smoothed", state), metrics(), serdes.results());
    count.init(context);
  }

  @Test
  void clock_runsOnlyWhileSomethingIsToBeSent() {
    assertThat(clocks(context)).isZero();

    process(result(1, "a", "colour", 0));
    assertThat(clocks(context)).isEqualTo(1);

    tick(context, NOW);
    assertThat(clocks(context)).isZero();

    process(result(1, "a", "colour", 0)); // again, which changes nothing but may be sent
    tick(context, NOW);
    assertThat(clocks(context)).isZero();
  }

  @Test
  void clock_runsOnForAResultThatWaits() {
    process(result(12, "a", "colour", 0));

    tick(context, NOW);
    assertThat(clocks(context)).isEqualTo(1);

    tick(context, NOW + 30_000);
    assertThat(clocks(context)).isZero();
  }

  @Test
  void ask_isAnsweredWithTheSumsAsTheyAre() {
    process(result(1, "a", "colour", 0));
    tick(context, NOW);
    context.resetForwards();

    count.process(
        new Record<>(new byte[0], new Input.Asked(new Ask.AsOf(0, Results.PAIR, 1, 500)), NOW));
    tick(context, NOW);

    assertThat(forwarded(context, Partial.class))
        .singleElement()
        .satisfies(
            partial -> {
              assertThat(partial.end()).isEqualTo(500);
              assertThat(partial.answered()).isEqualTo(1);
              assertThat(partial.types().values())
                  .allSatisfy(sum -> assertThat(sum.onTime()).isEqualTo(Sum.NONE));
            });
  }

  @Test
  void askAboutWhatItDoesNotKnow_isNotAnswered() {
    count.process(
        new Record<>(new byte[0], new Input.Asked(new Ask.AsOf(0, Results.PAIR, 1, 500)), NOW));
    tick(context, NOW);

    assertThat(forwarded(context, Partial.class)).isEmpty();
  }

  @Test
  void everythingIsAskedFor_allIsSentOnceMore() {
    process(result(1, "a", "colour", 0));
    process(result(2, "a", "colour", 0));
    tick(context, NOW);
    context.resetForwards();

    count.process(new Record<>(new byte[0], new Input.Asked(new Ask.Everything()), NOW));
    tick(context, NOW);

    assertThat(forwarded(context, Partial.class))
        .extracting(Partial::version)
        .containsExactly(1L, 2L);
  }

  @Test
  void startedAgain_sendsAllOnceMore() {
    process(result(1, "a", "colour", 0));
    tick(context, NOW);
    context.resetForwards();

    count.init(context);
    tick(context, NOW);

    assertThat(forwarded(context, Partial.class)).hasSize(1);
  }

  @Test
  void tombstone_goesToTheDeadLetters() {
    count.process(new Record<>(key("a"), new Input.Result(null), NOW));

    assertThat(context.forwarded(CountResults.LETTERS))
        .singleElement()
        .satisfies(
            letter ->
                assertThat(reason(letter.record())).startsWith("no value: expected an event"));
  }

  @Test
  void letter_hasTheTimeOfNow() {
    process(result(1, "a", "colour", 7), 5);

    assertThat(context.forwarded(CountResults.LETTERS))
        .singleElement()
        .satisfies(letter -> assertThat(letter.record().timestamp()).isEqualTo(NOW));
  }

  /** A bad case is as old as its result, but a result without a time is of now. */
  @ParameterizedTest
  @CsvSource({"5, 5", "1, 1", "0, 1000000"})
  void badCase_hasTheTimeOfItsResult(long timestamp, long expected) {
    process(result(1, "a", "colour", 0), timestamp);

    assertThat(forwarded(context, BadCase.class)).hasSize(1);
    assertThat(context.forwarded(CountResults.BAD_CASES))
        .singleElement()
        .satisfies(bad -> assertThat(bad.record().timestamp()).isEqualTo(expected));
  }

  /** Else a newer version, announced with it, would push the version out that it waited for. */
  @Test
  void resultThatWaited_isCountedBeforeWhatWasReadAfterIt() {
    process(result(10, "a", "colour", 0));
    for (long version = 10; version <= 12; version++) {
      announce(version, "");
    }

    process(result(11, "a", "colour", 0));
    process(result(12, "a", "colour", 0));
    tick(context, NOW);

    assertThat(forwarded(context, Partial.class))
        .extracting(Partial::version)
        .containsExactly(10L, 11L, 12L);
    assertThat(waiting.all()).isExhausted();
  }

  @Test
  void resultThatWaited_ofAnotherLineage_goesToTheDeadLetters() {
    EvaluationResult other = result(12, "a", "colour", 0);
    other.setLineage("other");
    process(other);
    announce(12, "announced");

    tick(context, NOW);

    assertThat(context.forwarded(CountResults.LETTERS))
        .singleElement()
        .satisfies(
            letter ->
                assertThat(reason(letter.record())).startsWith("lineage: expected 'announced'"));
    assertThat(forwarded(context, Partial.class)).isEmpty();
  }

  /** It is nobody's fault, and the record is read again. */
  @Test
  void registryAway_isNoFaultOfTheRecord() {
    byte[] value = serdes.results().serialize("evaluation-results", result(1, "a", "colour", 0));
    WeightsSerdes cut =
        WeightsSerdes.of(
            new MockSchemaRegistryClient() {
              @Override
              public ParsedSchema getSchemaBySubjectAndId(String subject, int id)
                  throws IOException {
                throw new RegistryAwayException("refused", new IOException());
              }

              @Override
              public ParsedSchema getSchemaById(int id) throws IOException {
                throw new RegistryAwayException("refused", new IOException());
              }
            });
    count = new CountResults(Configs.of("smoothed", state), metrics(), cut.results());
    count.init(context);

    assertThatThrownBy(() -> count.process(new Record<>(key("a"), new Input.Result(value), NOW)))
        .hasRootCauseInstanceOf(IOException.class);

    assertThat(context.forwarded()).isEmpty();
  }

  /** Fewer versions are kept: what is beyond is closed before anything of it is forgotten. */
  @Test
  void fewerVersionsKept_olderOnesAreClosedByTheFirstThatIsRead() {
    for (long version = 1; version <= 3; version++) {
      process(result(version, "a", "colour", 0));
    }
    tick(context, NOW);
    assertThat(answers.get(Keys.closed(Results.PAIR, 1))).isNotNull();
    assertThat(answers.get(Keys.closed(Results.PAIR, 2))).isNull();

    count =
        new CountResults(Configs.at(state).versions(1, 100).build(), metrics(), serdes.results());
    count.init(context);
    assertThat(answers.get(Keys.closed(Results.PAIR, 2))).as("while it starts").isNull();
    tick(context, NOW);

    assertThat(answers.get(Keys.closed(Results.PAIR, 2))).isInstanceOf(ClosedVersion.class);
  }

  private static WeightsMetrics metrics() {
    return WeightsMetrics.of(new SimpleMeterRegistry());
  }

  private void announce(long version, String lineage) {
    Lineages known = announced.get(Results.MODEL);
    announced.put(
        Results.MODEL,
        (known == null ? Lineages.NONE : known)
            .with(announcement(Results.MODEL, version, lineage, lineage.isEmpty() ? 0 : version)));
  }

  private void process(EvaluationResult result) {
    process(result, NOW);
  }

  private void process(EvaluationResult result, long timestamp) {
    byte[] value = serdes.results().serialize("evaluation-results", result);
    count.process(new Record<>(key(result.getQuestionId()), new Input.Result(value), timestamp));
  }

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String reason(Record<?, ?> letter) {
    return new String(
        letter.headers().lastHeader("dataengine.reason").value(), StandardCharsets.UTF_8);
  }
}
