package dev.dataengine.compose.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.Schema;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Confluent's REST API as a function from request to answer, after their API reference (Schema
 * Registry 7.7); what it does not have answers 404.
 */
final class RegistryApi {

  /**
   * @param path decoded segments, without empty ones
   * @param body null node where there is none
   */
  record Request(String method, List<String> path, Map<String, String> query, JsonNode body) {}

  private final SchemaStore store;
  private final ObjectMapper json;

  RegistryApi(SchemaStore store, ObjectMapper json) {
    this.store = store;
    this.json = json;
  }

  /** What to send back as JSON. */
  Object answer(Request request) throws RegistryException {
    List<String> path = request.path();
    String first = path.isEmpty() ? "" : path.get(0);
    return switch (first) {
      case "" -> Map.of();
      case "subjects" -> subjects(request);
      case "schemas" -> schemas(request);
      case "config" -> config(request);
      case "compatibility" -> compatibility(request);
      case "mode" -> allowed(request, "GET", Map.of("mode", "READWRITE"));
      default -> throw notFound();
    };
  }

  private Object subjects(Request request) throws RegistryException {
    List<String> path = request.path();
    if (path.size() == 1) {
      String prefix = request.query().getOrDefault("subjectPrefix", "");
      return allowed(
          request, "GET", store.subjects().stream().filter(s -> s.startsWith(prefix)).toList());
    }
    String subject = path.get(1);
    if (path.size() == 2) {
      return switch (request.method()) {
        case "POST" -> lookUp(subject, request);
        case "DELETE" ->
            store.deleteSubject(subject, Boolean.parseBoolean(request.query().get("permanent")));
        default -> throw notAllowed(request);
      };
    }
    if (!path.get(2).equals("versions") || path.size() > 5) {
      throw notFound();
    }
    if (path.size() == 3) {
      return switch (request.method()) {
        case "GET" -> store.versions(subject, true);
        case "POST" -> Map.of("id", store.register(subject, schemaIn(request)));
        default -> throw notAllowed(request);
      };
    }
    int version = version(subject, path.get(3));
    if (path.size() == 4) {
      return switch (request.method()) {
        case "GET" -> described(store.version(subject, version));
        case "DELETE" -> store.deleteVersion(subject, version);
        default -> throw notAllowed(request);
      };
    }
    if (!path.get(4).equals("schema")) {
      throw notFound();
    }
    int id = store.version(subject, version).getId();
    return allowed(request, "GET", tree(store.schemaById(id).canonicalString()));
  }

  private Object lookUp(String subject, Request request) throws RegistryException {
    store.versions(subject, true);
    ParsedSchema schema = schemaIn(request);
    return described(
        store
            .find(subject, schema)
            .orElseThrow(() -> new RegistryException(40403, "Schema not found")));
  }

  private Object schemas(Request request) throws RegistryException {
    List<String> path = request.path();
    if (path.size() == 2 && path.get(1).equals("types")) {
      return allowed(request, "GET", List.of("AVRO"));
    }
    if (path.size() < 3 || path.size() > 4 || !path.get(1).equals("ids")) {
      throw notFound();
    }
    int id;
    try {
      id = Integer.parseInt(path.get(2));
    } catch (NumberFormatException e) {
      throw RegistryException.schemaNotFound(path.get(2));
    }
    if (path.size() == 3) {
      ParsedSchema schema = store.schemaById(id);
      Map<String, Object> answer = new LinkedHashMap<>();
      answer.put("schema", schema.canonicalString());
      if (!schema.references().isEmpty()) {
        answer.put("references", schema.references());
      }
      return allowed(request, "GET", answer);
    }
    List<SubjectVersion> uses = store.whereUsed(id);
    return switch (path.get(3)) {
      case "versions" -> uses;
      case "subjects" -> {
        Set<String> names = new TreeSet<>();
        uses.forEach(use -> names.add(use.getSubject()));
        yield names;
      }
      case "schema" -> tree(store.schemaById(id).canonicalString());
      default -> throw notFound();
    };
  }

  private Object config(Request request) throws RegistryException {
    String subject = request.path().size() > 1 ? request.path().get(1) : "";
    if (request.path().size() > 2) {
      throw notFound();
    }
    if (request.method().equals("PUT")) {
      String wanted = request.body().path("compatibility").asText();
      CompatibilityLevel level = CompatibilityLevel.forName(wanted);
      if (level == null) {
        throw RegistryException.invalidCompatibility(wanted);
      }
      store.setLevel(subject, level);
      return Map.of("compatibility", level.name);
    }
    boolean orDefault =
        subject.isEmpty() || Boolean.parseBoolean(request.query().get("defaultToGlobal"));
    CompatibilityLevel level = store.level(subject).orElse(orDefault ? store.defaultLevel() : null);
    if (level == null) {
      throw new RegistryException(
          40408, "Subject '" + subject + "' does not have subject-level compatibility configured");
    }
    return allowed(request, "GET", Map.of("compatibilityLevel", level.name));
  }

  private Object compatibility(Request request) throws RegistryException {
    List<String> path = request.path();
    if (path.size() < 4 || !path.get(1).equals("subjects") || !path.get(3).equals("versions")) {
      throw notFound();
    }
    String subject = path.get(2);
    List<Integer> versions =
        path.size() == 4 ? store.versions(subject, false) : List.of(version(subject, path.get(4)));
    List<String> conflicts = store.conflicts(subject, schemaIn(request), versions);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("is_compatible", conflicts.isEmpty());
    if (Boolean.parseBoolean(request.query().get("verbose"))) {
      answer.put("messages", conflicts);
    }
    return allowed(request, "POST", answer);
  }

  private int version(String subject, String text) throws RegistryException {
    List<Integer> versions = store.versions(subject, true);
    if (text.equals("latest") || text.equals("-1")) {
      return versions.get(versions.size() - 1);
    }
    try {
      int version = Integer.parseInt(text);
      if (version > 0) {
        return store.version(subject, version).getVersion();
      }
    } catch (NumberFormatException notANumber) {
      throw RegistryException.invalidVersion(text);
    }
    throw RegistryException.invalidVersion(text);
  }

  private ParsedSchema schemaIn(Request request) throws RegistryException {
    JsonNode body = request.body();
    String type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO") && !type.equals("null")) {
      throw RegistryException.invalidSchema("schemaType " + type + " is not supported, only AVRO");
    }
    if (!body.path("schema").isTextual()) {
      throw RegistryException.invalidSchema("expected the schema as text in the field 'schema'");
    }
    List<SchemaReference> references = references(body.path("references"));
    ParsedSchema schema = store.parse(body.get("schema").asText(), references);
    return Boolean.parseBoolean(request.query().get("normalize")) ? schema.normalize() : schema;
  }

  private List<SchemaReference> references(JsonNode given) throws RegistryException {
    if (!given.isArray()) {
      return List.of();
    }
    try {
      return json.convertValue(
          given, json.getTypeFactory().constructCollectionType(List.class, SchemaReference.class));
    } catch (IllegalArgumentException e) {
      throw RegistryException.invalidSchema(
          "expected references of name, subject and version: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  private static Map<String, Object> described(Schema schema) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("subject", schema.getSubject());
    answer.put("version", schema.getVersion());
    answer.put("id", schema.getId());
    if (schema.getReferences() != null && !schema.getReferences().isEmpty()) {
      answer.put("references", schema.getReferences());
    }
    answer.put("schema", schema.getSchema());
    return answer;
  }

  private JsonNode tree(String text) {
    try {
      return json.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object allowed(Request request, String method, Object answer)
      throws RegistryException {
    if (!request.method().equals(method)) {
      throw notAllowed(request);
    }
    return answer;
  }

  private static RegistryException notAllowed(Request request) {
    return new RegistryException(405, "HTTP 405 Method Not Allowed: " + request.method());
  }

  private static RegistryException notFound() {
    return new RegistryException(404, "HTTP 404 Not Found");
  }
}
