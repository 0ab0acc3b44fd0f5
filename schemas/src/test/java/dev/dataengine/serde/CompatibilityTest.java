package dev.dataengine.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read now must read what every release wrote; as the registry will check it. */
class CompatibilityTest {

  static Stream<Path> current() {
    return EventSchemas.files(EventSchemas.CURRENT).stream();
  }

  static Stream<Path> released() {
    return EventSchemas.releases().stream().map(EventSchemas::files).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("current")
  void schema_againstAllReleases_isBackwardCompatible(Path file) {
    List<Schema> before =
        EventSchemas.releases().stream()
            .map(release -> release.resolve(file.getFileName()))
            .filter(Files::exists)
            .map(EventSchemas::parse)
            .toList();

    assertThat(problems(EventSchemas.parse(file), before)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("released")
  void schema_onceReleased_isStillThere(Path file) {
    assertThat(EventSchemas.CURRENT.resolve(file.getFileName())).exists();
  }

  @Test
  void releases_holdTheFirstOne() {
    assertThat(EventSchemas.files(EventSchemas.RELEASED.resolve("0.1"))).hasSize(11);
  }

  @Test
  void fieldWithoutDefault_addedToARelease_isFound() {
    Schema released = EventSchemas.parse(EventSchemas.CURRENT.resolve("Promotion.avsc"));
    Schema changed =
        new Schema.Parser()
            .parse(
                EventSchemas.text(released)
                    .replaceFirst(
                        "\"fields\"\\s*:\\s*\\[",
                        "\"fields\":[{\"name\":\"added\",\"type\":\"string\"},"));

    assertThat(problems(changed, List.of(released))).isNotEmpty();
  }

  @Test
  void fieldThatChangedItsType_afterSeveralReleases_isFound() {
    Schema first = schema("{'name':'n','type':'string'}");
    Schema second = schema("{'name':'m','type':'int','default':0}");
    Schema third = schema("{'name':'n','type':'int','default':0}");

    // The last release would allow it; the one before does not.
    assertThat(problems(third, List.of(second))).isEmpty();
    assertThat(problems(third, List.of(first, second))).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("current")
  void enums_always_haveADefaultSymbol(Path file) {
    assertThat(Enums.of(EventSchemas.parse(file)))
        .allSatisfy(found -> assertThat(found.getEnumDefault()).as(found.getName()).isNotNull());
  }

  @Test
  void enums_ofPromotion_areFound() {
    assertThat(Enums.of(EventSchemas.parse(EventSchemas.CURRENT.resolve("Promotion.avsc"))))
        .extracting(Schema::getName)
        .containsExactly("Decision");
  }

  private static List<String> problems(Schema now, List<Schema> before) {
    List<ParsedSchemaHolder> releases =
        before.stream()
            .map(
                schema -> (ParsedSchemaHolder) new SimpleParsedSchemaHolder(new AvroSchema(schema)))
            .toList();
    return new AvroSchema(now).isCompatible(CompatibilityLevel.BACKWARD_TRANSITIVE, releases);
  }

  private static Schema schema(String field) {
    String text = "{'type':'record','name':'R','fields':[" + field + "]}";
    return new Schema.Parser().parse(text.replace('\'', '"'));
  }
}
