package dev.dataengine.compose.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.dataengine.compose.data.Ports;
import dev.dataengine.events.EvaluationTask;
import dev.dataengine.failure.FailureKind;
import dev.dataengine.failure.Failures;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.SchemaRegistration;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry comes back at its address with an empty disk, while writers and readers run. */
final class EmptiedRegistryTest {

  private static final Topic TOPIC = Topic.EVALUATION_TASKS;
  private static final EvaluationTask TASK =
      new EvaluationTask("t", "m", 7L, "b", 1, 2, Instant.ofEpochMilli(3));

  /** What an earlier release might have written: a field more, so that the bytes differ. */
  private static final Schema EARLIER = earlier();

  @TempDir private Path directory;
  private int starts;
  private EmbeddedRegistry registry;

  @BeforeEach
  void start() {
    registry =
        new EmbeddedRegistry(
            RegistryConfig.defaults(),
            directory.resolve("disk-" + starts++),
            new Ports(directory.resolve("ports")));
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void empty() {
    String before = registry.url();
    stop();
    start();
    assertThat(registry.url()).isEqualTo(before);
  }

  /** One that looks up what it knows whenever it is used. */
  private SchemaRegistryClient client() {
    return EventSerde.registry(registry.url(), Duration.ZERO);
  }

  private EventSerde<EvaluationTask> serde(SchemaRegistryClient client) {
    return EventSerde.of(EvaluationTask.class, client);
  }

  /** Takes ids, as whoever comes to the emptied registry first. */
  private void registerOthers(int count) throws Exception {
    try (SchemaRegistryClient other = new CachedSchemaRegistryClient(registry.url(), 10)) {
      for (int i = 0; i < count; i++) {
        Schema schema =
            new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Other" + i + "\",\"fields\":[]}");
        int unused = other.register("other-" + i + "-value", new AvroSchema(schema));
      }
    }
  }

  private static Schema earlier() {
    List<Schema.Field> fields = new ArrayList<>();
    fields.add(new Schema.Field("note", Schema.create(Schema.Type.STRING), null, ""));
    EvaluationTask.getClassSchema()
        .getFields()
        .forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    return Schema.createRecord("EvaluationTask", null, "dev.dataengine.events", false, fields);
  }

  private static ConsumerRecord<byte[], byte[]> received(ProducerRecord<byte[], byte[]> sent) {
    ConsumerRecord<byte[], byte[]> received =
        new ConsumerRecord<>(sent.topic(), 0, 0, sent.key(), sent.value());
    sent.headers().forEach(received.headers()::add);
    return received;
  }

  private static int id(ConsumerRecord<byte[], byte[]> record) {
    return ByteBuffer.wrap(record.value()).getInt(1);
  }

  private ConsumerRecord<byte[], byte[]> write(EventSerde<EvaluationTask> serde) {
    return received(serde.record(TOPIC, "t", TASK));
  }

  private static ConsumerRecord<byte[], byte[]> written(int id, Schema schema) throws IOException {
    GenericData.Record task = new GenericData.Record(schema);
    task.put("note", "n");
    task.put("task_id", "t");
    task.put("model", "m");
    task.put("model_version", 7L);
    task.put("benchmark", "b");
    task.put("shard", 1);
    task.put("shards", 2);
    task.put("created_at", 3L);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<>(schema).write(task, encoder);
    encoder.flush();
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(TOPIC.topicName(), 0, 0, new byte[0], bytes.toByteArray());
    String fingerprint =
        "%016x".formatted(SchemaNormalization.parsingFingerprint64(schema)); // pins the format
    record.headers().add("dataengine.schema", fingerprint.getBytes(US_ASCII));
    return record;
  }

  @Test
  void serialize_registryEmptied_registersTheCatalogueAgainWithTheIdsOfBefore() throws Exception {
    Map<Topic, Integer> before = SchemaRegistration.registerAll(client());
    EventSerde<EvaluationTask> writer = serde(client());
    ConsumerRecord<byte[], byte[]> first = write(writer);

    empty();
    ConsumerRecord<byte[], byte[]> second = write(writer);

    assertThat(id(second)).isEqualTo(id(first)).isEqualTo(before.get(TOPIC));
    // by bytes alone, as any program reads them
    assertThat(serde(client()).deserialize(TOPIC.topicName(), first.value())).isEqualTo(TASK);
    assertThat(SchemaRegistration.registerAll(client())).isEqualTo(before);
  }

  /** A service alone, before anybody has prepared the registry. */
  @Test
  void serialize_emptyRegistry_registersTheCatalogueInItsOrder() throws Exception {
    int id = id(write(serde(client())));

    assertThat(id).isEqualTo(SchemaRegistration.registerAll(client()).get(TOPIC)).isEqualTo(2);
  }

  @Test
  void event_idsNameOtherSchemasNow_isReadByWhatItWasWrittenWith() throws Exception {
    SchemaRegistryClient running = client();
    EventSerde<EvaluationTask> writer = serde(running);
    EventSerde<EvaluationTask> reader = serde(client());
    ConsumerRecord<byte[], byte[]> first = write(writer);
    assertThat(reader.event(first)).isEqualTo(TASK);

    empty();
    registerOthers(id(first));
    ConsumerRecord<byte[], byte[]> second = write(writer);

    assertThat(id(second)).isNotEqualTo(id(first));
    for (EventSerde<EvaluationTask> each : List.of(reader, serde(client()))) {
      assertThat(each.event(first)).isEqualTo(TASK);
      assertThat(each.event(second)).isEqualTo(TASK);
    }
    assertThat(running.getSchemaById(id(first)).name()).isEqualTo("Other" + (id(first) - 1));
  }

  @Test
  void event_ofAnEarlierSchemaThatTheRegistryLost_waitsUntilItIsRestored() throws Exception {
    int id = client().register(TOPIC.valueSubject(), new AvroSchema(EARLIER));
    ConsumerRecord<byte[], byte[]> record = written(id, EARLIER);
    SchemaRegistryClient running = client();
    assertThat(serde(running).event(record)).isEqualTo(TASK);

    empty();
    int idOfOurs = id(write(serde(running)));

    for (SchemaRegistryClient each : List.of(running, client())) {
      Throwable unknown = catchThrowable(() -> serde(each).event(written(4_711, EARLIER)));
      assertThat(Failures.kindOf(unknown)).isEqualTo(FailureKind.AWAY);
      assertThat(unknown)
          .hasMessageContainingAll("schema id 4711", TOPIC.topicName(), "got null", "restore");
      // the bytes would make an event by this schema too: of other values
      Throwable another = catchThrowable(() -> serde(each).event(written(idOfOurs, EARLIER)));
      assertThat(Failures.kindOf(another)).isEqualTo(FailureKind.AWAY);
    }

    int restored = client().register("restored-value", new AvroSchema(EARLIER));
    assertThat(serde(running).event(written(restored, EARLIER))).isEqualTo(TASK);
  }
}
