package dev.dataengine.compose.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.dataengine.compose.data.Ports;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through Confluent's own client, over HTTP. */
final class EmbeddedRegistryTest {

  private static final AvroSchema V1 = record("{\"name\":\"a\",\"type\":\"string\"}");
  private static final AvroSchema V2 =
      record(
          "{\"name\":\"a\",\"type\":\"string\"},"
              + "{\"name\":\"b\",\"type\":\"long\",\"default\":0}");
  private static final AvroSchema INCOMPATIBLE =
      record("{\"name\":\"a\",\"type\":\"string\"},{\"name\":\"c\",\"type\":\"long\"}");

  @TempDir private Path directory;
  private EmbeddedRegistry registry;
  private CachedSchemaRegistryClient client;

  @BeforeEach
  void start() {
    registry =
        new EmbeddedRegistry(
            RegistryConfig.defaults(), directory, new Ports(directory.resolve("ports")));
    registry.start();
    client = new CachedSchemaRegistryClient(registry.url(), 100);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void register_twoSubjectsAndVersions_areFoundAgain() throws Exception {
    int id1 = client.register("s-value", V1);
    int id2 = client.register("s-value", V2);
    int other = client.register("t/with slash-value", V1);

    assertThat(id2).isNotEqualTo(id1);
    assertThat(other).isEqualTo(id1);
    assertThat(client.getAllSubjects()).containsExactly("s-value", "t/with slash-value");
    assertThat(client.getAllVersions("s-value")).containsExactly(1, 2);
    assertThat(client.getLatestSchemaMetadata("s-value").getId()).isEqualTo(id2);
    assertThat(client.getSchemaMetadata("s-value", 1).getSchema()).isEqualTo(V1.canonicalString());
    assertThat(client.getVersion("s-value", V2)).isEqualTo(2);
    assertThat(client.getId("s-value", V1)).isEqualTo(id1);
    assertThat(client.getSchemaById(id2)).isEqualTo(V2);
    assertThat(client.getAllSubjectsById(id1))
        .containsExactlyInAnyOrder("s-value", "t/with slash-value");
    assertThat(client.getAllVersionsById(id2)).hasSize(1);
  }

  @Test
  void register_incompatibleSchema_isRefusedWith409() throws Exception {
    client.register("s-value", V1);

    assertThat(client.testCompatibility("s-value", INCOMPATIBLE)).isFalse();
    assertThat(client.testCompatibility("s-value", V2)).isTrue();
    assertThatThrownBy(() -> client.register("s-value", INCOMPATIBLE))
        .asInstanceOf(type(RestClientException.class))
        .satisfies(refused -> assertThat(refused.getStatus()).isEqualTo(409))
        .satisfies(
            refused ->
                assertThat(refused.getMessage())
                    .contains("READER_FIELD_MISSING_DEFAULT_VALUE", "s-value"));
  }

  @Test
  void register_levelNoneForTheSubject_takesAnything() throws Exception {
    client.register("s-value", V1);
    client.updateCompatibility("s-value", "NONE");

    client.register("s-value", INCOMPATIBLE);

    assertThat(client.getAllVersions("s-value")).containsExactly(1, 2);
    assertThat(client.getCompatibility(null)).isEqualTo("BACKWARD_TRANSITIVE");
  }

  @Test
  void restart_keepsIdsLevelsAndDeletions() throws Exception {
    int id1 = client.register("s-value", V1);
    int gone = client.register("gone-value", INCOMPATIBLE);
    client.deleteSubject("gone-value");
    client.updateCompatibility("s-value", "FULL");
    String url = registry.url();

    stop();
    start();

    assertThat(registry.url()).isEqualTo(url);
    assertThat(client.register("s-value", V1)).isEqualTo(id1);
    assertThat(client.getSchemaById(gone)).isEqualTo(INCOMPATIBLE);
    assertThat(client.getAllSubjects()).containsExactly("s-value");
    assertThat(client.getCompatibility("s-value")).isEqualTo("FULL");
    assertThat(client.register("new-value", V2)).isGreaterThan(gone);
  }

  @Test
  void restart_afterDeathWithinAnAppend_dropsTheUnacknowledgedLine() throws Exception {
    int id1 = client.register("s-value", V1);
    stop();
    Files.writeString(
        directory.resolve("registrations.jsonl"), "{\"op\":\"reg", StandardOpenOption.APPEND);

    start();
    int id2 = client.register("s-value", V2);
    stop();
    start();

    assertThat(client.getId("s-value", V1)).isEqualTo(id1);
    assertThat(client.getId("s-value", V2)).isEqualTo(id2);
  }

  @Test
  void restart_damagedJournal_namesTheLine() throws Exception {
    client.register("s-value", V1);
    stop();
    Path journal = directory.resolve("registrations.jsonl");
    Files.writeString(journal, "{nonsense}\n", StandardOpenOption.APPEND);

    assertThatThrownBy(this::start).hasMessageStartingWith(journal + ":2: damaged: ");
  }

  @Test
  void serialize_overHttp_roundTripsAfterRestart() throws Exception {
    Map<String, Object> settings = Map.of("schema.registry.url", registry.url());
    GenericRecord event = new GenericData.Record(V2.rawSchema());
    event.put("a", "x");
    event.put("b", 7L);
    byte[] bytes;
    try (KafkaAvroSerializer serializer = new KafkaAvroSerializer(client, settings)) {
      bytes = serializer.serialize("topic", event);
    }

    stop();
    start();

    try (KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer(client, settings)) {
      assertThat(deserializer.deserialize("topic", bytes)).hasToString(event.toString());
    }
  }

  @Test
  void request_whatIsNotThere_answersConfluentsCodes() throws Exception {
    client.register("s-value", V1);

    assertThat(get("/subjects/none/versions")).contains("404 ", "\"error_code\":40401");
    assertThat(get("/subjects/s-value/versions/9")).contains("404 ", "\"error_code\":40402");
    assertThat(get("/subjects/s-value/versions/x")).contains("422 ", "\"error_code\":42202");
    assertThat(get("/schemas/ids/999")).contains("404 ", "\"error_code\":40403");
    assertThat(post("/subjects/s-value", "{\"schema\":\"\\\"int\\\"\"}"))
        .contains("404 ", "\"error_code\":40403");
    assertThat(post("/subjects/s-value/versions", "{\"schema\":\"{nonsense\"}"))
        .contains("422 ", "\"error_code\":42201");
    assertThat(post("/subjects/s-value/versions", "{nonsense")).contains("400 ");
    assertThat(get("/elsewhere")).contains("404 ");
  }

  @Test
  void request_smallResources_answerAsConfluents() throws Exception {
    client.register("s-value", V1);

    assertThat(get("/")).isEqualTo("200 application/vnd.schemaregistry.v1+json {}");
    assertThat(get("/schemas/types")).endsWith("[\"AVRO\"]");
    assertThat(get("/mode")).endsWith("{\"mode\":\"READWRITE\"}");
    assertThat(get("/config")).endsWith("{\"compatibilityLevel\":\"BACKWARD_TRANSITIVE\"}");
    assertThat(get("/subjects/s-value/versions/latest/schema"))
        .endsWith(V1.canonicalString().replace(" ", ""));
  }

  private String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(registry.url() + path)).build());
  }

  private String post(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(registry.url() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static String send(HttpRequest request) throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    return answer.statusCode()
        + " "
        + answer.headers().firstValue("Content-Type").orElse("")
        + " "
        + answer.body();
  }

  private static AvroSchema record(String fields) {
    return new AvroSchema("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
  }
}
