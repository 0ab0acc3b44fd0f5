package dev.dataengine.benchmark;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a benchmark was made from; stands in its {@code benchmark.json}. Two with the same {@link
 * #fingerprint} ask the same.
 *
 * @param source where it came from, in the words of whoever configured it; no part of the
 *     fingerprint, since a set of data may be moved
 * @param writer what made it, and its version, for example scenes/1: another version may make
 *     others of the same
 * @param parameters what it was told, by name
 * @param contentSha256 SHA-256 over the files that it read; empty where it reads none
 */
@JsonIgnoreProperties(value = "fingerprint", allowGetters = true)
public record MadeFrom(
    @JsonProperty("source") String source,
    @JsonProperty("writer") String writer,
    @JsonProperty("parameters") Map<String, String> parameters,
    @JsonProperty("content_sha256") String contentSha256) {

  public MadeFrom {
    parameters = Map.copyOf(parameters);
  }

  /** 64 lower-case hexadecimal digits. */
  @JsonProperty("fingerprint")
  public String fingerprint() {
    StringBuilder text = new StringBuilder(writer).append('\n').append(contentSha256);
    new TreeMap<>(parameters)
        .forEach((name, value) -> text.append('\n').append(name).append('=').append(value));
    return Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
