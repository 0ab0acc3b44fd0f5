package dev.dataengine.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is wrong with a configuration, what is said of it shows no secret. */
class SecretsPropertyTest {

  record Inner(
      @Key(doc = "x", range = "0..9") int port,
      @Key(doc = "x", secret = true, pattern = "[a-z]+", expected = "letters") String pin,
      @Key(doc = "x", secret = true, range = "0..9") int code) {
    Inner {
      Keys.check(Inner.class, port, pin, code);
    }
  }

  record Root(
      @Key(doc = "x") ConnectionConfig connection,
      @Key(doc = "x") Inner inner,
      @Key(doc = "x") Map<String, String> settings) {}

  private static final Root DEFAULTS =
      new Root(new ConnectionConfig("h:1", "http://h:1"), new Inner(1, "a", 1), Map.of());

  /** Keys of secrets, as users set them. */
  private static final List<String> SECRET =
      List.of(
          "connection.kafka.sasl.jaas.config",
          "connection.kafka.ssl.key.password",
          "connection.kafka.ssl.keystore.key",
          "connection.kafka.ssl.truststore.certificates",
          "connection.kafka.sasl.oauthbearer.client.credentials.client.secret",
          "connection.kafka.basic.auth.user.info",
          "connection.kafka.bearer.auth.token",
          "settings.listener.name.external.plain.sasl.jaas.config",
          "inner.pin",
          "inner.code");

  @Provide
  Arbitrary<String> secrets() {
    return Arbitraries.strings()
        .withChars("hunter2 ,;:=\"'{}[]&*!@#%\\|>-")
        .ofMinLength(1)
        .ofMaxLength(12)
        .map(text -> "S3cr" + text + "t5Z");
  }

  @Provide
  Arbitrary<String> keys() {
    return Arbitraries.of(SECRET);
  }

  @Property(tries = 400)
  void load_secretFlagBesideAnythingWrong_isNotShown(
      @ForAll @From("keys") String key, @ForAll @From("secrets") String secret) {
    for (List<String> flags :
        List.of(
            List.of(key + "=" + secret, "inner.port=99"),
            List.of(key + "=" + secret, "inner.port=x"),
            List.of(key + "=" + secret, "connection.bootstrap-servers=u:" + secret + "@h"),
            List.of(key + "=" + secret, "connection.schema-registry-url=ftp://u:" + secret + "@h"),
            List.of(key + "=" + secret, "no.such=1"),
            List.of("no" + key + "=" + secret),
            List.of(key + "x=" + secret, "inner.port=99"),
            List.of(key + " " + secret),
            List.of("connection=" + secret),
            List.of("connection.kafka=" + secret),
            List.of("inner=" + secret),
            List.of("settings=" + secret))) {
      assertShowsNothing(Map.of(), Optional.empty(), flags, secret);
    }
    String variable =
        "DATAENGINE_" + key.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_");
    assertShowsNothing(
        Map.of(variable, secret), Optional.empty(), List.of("inner.port=99"), secret);
    assertShowsNothing(Map.of(variable + "X", secret), Optional.empty(), List.of(), secret);
  }

  @Property(tries = 400)
  void load_secretInAFileWithAnythingWrong_isNotShown(
      @ForAll @From("keys") String key, @ForAll @From("secrets") String secret) throws Exception {
    String quoted = "'" + secret.replace("'", "''") + "'";
    String group = key.substring(0, key.indexOf('.'));
    String rest = key.substring(key.indexOf('.') + 1);
    String below = rest.startsWith("kafka.") ? "kafka" : "";
    String leaf = below.isEmpty() ? rest : rest.substring("kafka.".length());
    String indent = below.isEmpty() ? "  " : "    ";
    String head = group + ":\n" + (below.isEmpty() ? "" : "  kafka:\n") + indent;
    for (String text :
        List.of(
            head + leaf + ": " + secret + "\n",
            head + leaf + ": " + quoted + "\ninner:\n  port: 99\n",
            head + leaf + ": [" + quoted + "]\n",
            head + leaf + ": {a: " + quoted + "}\n",
            head + leaf + " " + quoted + "\n",
            head + leaf + "=" + secret + "\n",
            key + "=" + secret + "\n",
            group + ": " + quoted + "\n",
            group + ": [" + quoted + "]\n",
            "- " + quoted + "\n",
            head + leaf + ": " + quoted + "\n" + indent + leaf + ": " + quoted + "\n")) {
      Path file = Files.createTempFile("secret", ".yaml");
      try {
        Files.writeString(file, text);
        assertShowsNothing(Map.of(), Optional.of(file), List.of(), secret);
      } finally {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 200)
  void printAndToString_anySecret_isMasked(@ForAll @From("secrets") String secret) {
    Root root =
        new Root(
            new ConnectionConfig(
                "h:1", "http://h:1", Map.of("ssl.key.password", secret, "acks", "all")),
            new Inner(1, "a", 1),
            Map.of("x.jaas", secret));

    assertThat(new ConfigLoader(Map.of()).print(root)).doesNotContain(secret).contains("acks");
    assertThat(root.connection().toString()).doesNotContain(secret).contains("acks=all");
  }

  @Property(tries = 400)
  void masked_secretAssignedInAMessage_isGone(
      @ForAll("names") String name, @ForAll("words") String secret) {
    for (String form : List.of("%s=%s", "%s: %s", "\"%s\": \"%s\"", "%s='%s'", "%s = %s;")) {
      String text = "failed with " + form.formatted(name, secret) + " and more";
      assertThat(Secrets.masked(text)).doesNotContain(secret).contains("failed with", "and more");
    }
    assertThat(Secrets.masked("at https://me:" + secret + "@host:1/x"))
        .isEqualTo("at https://***@host:1/x");
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.of(
        "password", "ssl.key.password", "PASSWORD", "client_secret", "sasl.jaas.config", "apiKey");
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings().alpha().numeric().ofMinLength(5).ofMaxLength(20);
  }

  @Example
  void masked_harmlessText_staysAsItIs() {
    String text = "topic images: expected 4 partitions, got 1; token 5 of tokens: 12 (key k)";

    assertThat(Secrets.masked(text)).isEqualTo(text);
  }

  private static void assertShowsNothing(
      Map<String, String> environment, Optional<Path> file, List<String> flags, String secret) {
    try {
      new ConfigLoader(environment).read(DEFAULTS, file, Flag.settings(flags));
    } catch (ConfigException e) {
      assertThat(e.getMessage()).as("%s %s", flags, content(file)).doesNotContain(secret, "S3cr");
    }
  }

  private static String content(Optional<Path> file) {
    return file.map(
            path -> {
              try {
                return Files.readString(path);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .orElse("");
  }
}
