package dev.dataengine.compose.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry whose disk takes no more says so, forgets nothing and opens again. */
class FullDiskIT {

  private static final Pattern URL = Pattern.compile("registry +(http://\\S+)");
  private static final Duration AT_MOST = Duration.ofSeconds(60);

  /** No file may grow beyond 128 kB: what a write beyond it finds is what a full disk gives. */
  private static final List<String> LIMITED =
      List.of("bash", "-c", "ulimit -f 128; exec \"$@\"", "limited");

  @TempDir Path directory;

  @Test
  void registry_diskFull_refusesAndKeepsMemoryAndDiskTheSame() throws Exception {
    List<Integer> ids = new ArrayList<>();
    try (DataEngineProcess registry = start("limited.txt", LIMITED)) {
      CachedSchemaRegistryClient client = client(registry);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  ids.add(client.register("s" + i, schema(i)));
                }
              })
          .isInstanceOf(RestClientException.class)
          .hasMessageContaining("cannot be written");
      assertThat(ids).hasSizeGreaterThan(5).doesNotHaveDuplicates();
      assertThatThrownBy(() -> client.register("again", schema(200)))
          .isInstanceOf(RestClientException.class);

      assertThat(client(registry).getAllSubjects()).hasSize(ids.size());
      registry.stop();
      assertThat(registry.join(AT_MOST)).isEqualTo(143);
    }
    try (DataEngineProcess registry = start("unlimited.txt", List.of())) {
      CachedSchemaRegistryClient client = client(registry);

      assertThat(client.getAllSubjects()).hasSize(ids.size());
      for (int i = 0; i < ids.size(); i++) {
        assertThat(client.getSchemaById(ids.get(i))).isEqualTo(schema(i));
      }
      assertThat(client.register("next", schema(300))).isEqualTo(ids.size() + 1);
    }
  }

  private DataEngineProcess start(String output, List<String> before) throws Exception {
    return DataEngineProcess.start(
        directory.resolve(output),
        before,
        Main.class,
        "run",
        "registry",
        "--data",
        directory.resolve("data").toString());
  }

  private static CachedSchemaRegistryClient client(DataEngineProcess registry) throws Exception {
    registry.awaitPrinted("registry runs", AT_MOST);
    Matcher url = URL.matcher(registry.printed());
    assertThat(url.find()).isTrue();
    return new CachedSchemaRegistryClient(url.group(1), 1_000);
  }

  private static AvroSchema schema(int i) {
    return new AvroSchema(
        "{\"type\":\"record\",\"name\":\"R%d\",\"doc\":\"%s\",\"fields\":[]}"
            .formatted(i, "long ".repeat(2_000)));
  }
}
