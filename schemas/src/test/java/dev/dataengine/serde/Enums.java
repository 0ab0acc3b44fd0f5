package dev.dataengine.serde;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;

/** All enums within a schema. */
final class Enums {

  private Enums() {}

  static List<Schema> of(Schema schema) {
    List<Schema> found = new ArrayList<>();
    collect(schema, found, new HashSet<>());
    return found;
  }

  private static void collect(Schema schema, List<Schema> found, Set<String> seen) {
    switch (schema.getType()) {
      case ENUM -> found.add(schema);
      case RECORD -> {
        if (seen.add(schema.getFullName())) {
          schema.getFields().forEach(field -> collect(field.schema(), found, seen));
        }
      }
      case UNION -> schema.getTypes().forEach(branch -> collect(branch, found, seen));
      case ARRAY -> collect(schema.getElementType(), found, seen);
      case MAP -> collect(schema.getValueType(), found, seen);
      default -> {
        // Holds no other schema.
      }
    }
  }
}
