package dev.dataengine.compose.chaos.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Fields of an event by name; one that the writer's schema does not have is as its default. */
record Fields(GenericRecord event) {

  private @Nullable Object value(String name) {
    return event.hasField(name) ? event.get(name) : null;
  }

  String text(String name) {
    Object value = value(name);
    return value == null ? "" : value.toString();
  }

  long number(String name) {
    return value(name) instanceof Number number ? number.longValue() : 0;
  }

  double real(String name) {
    return value(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(value(name));
  }

  byte @Nullable [] bytes(String name) {
    if (!(value(name) instanceof java.nio.ByteBuffer buffer)) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    if (value(name) instanceof List<?> list) {
      list.forEach(one -> texts.add(String.valueOf(one)));
    }
    return texts;
  }

  Map<String, Object> map(String name) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (value(name) instanceof Map<?, ?> entries) {
      entries.forEach((key, of) -> map.put(String.valueOf(key), of));
    }
    return map;
  }
}
