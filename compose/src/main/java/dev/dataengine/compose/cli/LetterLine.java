package dev.dataengine.compose.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A dead letter as a line: what its headers say, and the event where it is one. */
final class LetterLine {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREFIX = "dataengine.";

  private LetterLine() {}

  /**
   * @param event the letter's value as JSON; empty where it cannot be read, which may be what the
   *     letter is about
   */
  static String of(ConsumerRecord<byte[], byte[]> letter, Optional<String> event) {
    ObjectNode line = JSON.createObjectNode();
    for (Header header : letter.headers()) {
      if (header.key().startsWith(PREFIX) && header.value() != null) {
        String name = header.key().substring(PREFIX.length());
        line.put(name, new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    line.put("bytes", letter.value() == null ? 0 : letter.value().length);
    event.ifPresent(text -> line.put("event", text));
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
