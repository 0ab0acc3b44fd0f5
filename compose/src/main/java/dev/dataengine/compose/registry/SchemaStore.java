package dev.dataengine.compose.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.ParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.Schema;
import io.confluent.kafka.schemaregistry.client.rest.entities.SchemaReference;
import io.confluent.kafka.schemaregistry.client.rest.entities.SubjectVersion;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Subjects, versions and ids. Confluent's in-memory registry does the numbering; this adds what it
 * lacks: the compatibility check on registration, ids that outlive the deletion of their subject
 * (records written with them must stay readable), and a journal. The numbering is deterministic, so
 * replaying the journal's operations gives the same ids, which is checked entry by entry. What the
 * journal could not take did not happen: the numbering, which cannot take an id back, is then made
 * anew from it. One caller at a time: every method is synchronized.
 */
final class SchemaStore implements AutoCloseable {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Entry(
      String op,
      @Nullable String subject,
      @Nullable String schema,
      @Nullable List<SchemaReference> references,
      @Nullable Integer id,
      @Nullable String value) {}

  private MockSchemaRegistryClient numbering = new MockSchemaRegistryClient();
  private final Map<Integer, ParsedSchema> byId = new TreeMap<>();
  private final Map<String, CompatibilityLevel> levels = new TreeMap<>();
  private final Map<String, List<Integer>> softlyDeleted = new TreeMap<>();
  private final Journal journal;
  private final ObjectMapper json;
  private final CompatibilityLevel configuredLevel;
  private CompatibilityLevel defaultLevel;

  SchemaStore(Journal journal, ObjectMapper json, CompatibilityLevel defaultLevel) {
    this.journal = journal;
    this.json = json;
    this.configuredLevel = defaultLevel;
    this.defaultLevel = defaultLevel;
    replay(journal.found());
  }

  private void replay(List<JsonNode> lines) {
    for (JsonNode line : lines) {
      try {
        replay(json.treeToValue(line, Entry.class));
      } catch (IOException | RestClientException | RegistryException e) {
        throw new IllegalStateException("registry journal cannot be replayed at " + line, e);
      }
    }
  }

  /** Makes memory what the disk is. */
  private void rebuild() {
    numbering = new MockSchemaRegistryClient();
    byId.clear();
    levels.clear();
    softlyDeleted.clear();
    defaultLevel = configuredLevel;
    replay(journal.read());
  }

  private void replay(Entry entry) throws IOException, RestClientException, RegistryException {
    String subject = entry.subject() == null ? "" : entry.subject();
    switch (entry.op()) {
      case "register" -> {
        ParsedSchema schema =
            parse(
                entry.schema() == null ? "" : entry.schema(),
                entry.references() == null ? List.of() : entry.references());
        int id = numbering.register(subject, schema);
        if (!Integer.valueOf(id).equals(entry.id())) {
          throw new IllegalStateException(
              "registry journal: " + subject + " had id " + entry.id() + ", replay gives " + id);
        }
        byId.put(id, schema);
        softlyDeleted.remove(subject);
      }
      case "level" -> putLevel(subject, CompatibilityLevel.forName(entry.value()));
      case "delete" -> softlyDeleted.put(subject, numbering.deleteSubject(subject, true));
      case "delete-version" -> numbering.deleteSchemaVersion(subject, entry.value(), true);
      default -> throw new IllegalStateException("registry journal: unknown op " + entry.op());
    }
  }

  synchronized ParsedSchema parse(String schema, List<SchemaReference> references)
      throws RegistryException {
    Optional<ParsedSchema> parsed = numbering.parseSchema("AVRO", schema, references);
    return parsed.orElseThrow(() -> RegistryException.invalidSchema("not an Avro schema"));
  }

  /** The schema's id in the subject; registers it where it is new. */
  synchronized int register(String subject, ParsedSchema schema) throws RegistryException {
    Optional<Schema> there = find(subject, schema);
    if (there.isPresent()) {
      return there.get().getId();
    }
    List<String> conflicts = conflicts(subject, schema, versions(subject, false));
    if (!conflicts.isEmpty()) {
      throw new RegistryException(
          409,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subject
              + "\", details: "
              + conflicts);
    }
    int id;
    try {
      id = numbering.register(subject, schema);
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
    try {
      journal.append(
          new Entry("register", subject, schema.canonicalString(), schema.references(), id, null));
    } catch (UncheckedIOException e) {
      rebuild();
      throw e;
    }
    byId.put(id, schema);
    softlyDeleted.remove(subject);
    return id;
  }

  /** Why the schema does not go with these versions of the subject; empty where it does. */
  synchronized List<String> conflicts(String subject, ParsedSchema schema, List<Integer> versions)
      throws RegistryException {
    List<ParsedSchemaHolder> history = new ArrayList<>();
    for (int version : versions) {
      history.add(new SimpleParsedSchemaHolder(schemaById(version(subject, version).getId())));
    }
    return schema.isCompatible(level(subject).orElse(defaultLevel), history);
  }

  synchronized Optional<Schema> find(String subject, ParsedSchema schema) throws RegistryException {
    for (int version : versions(subject, false)) {
      Schema candidate = version(subject, version);
      ParsedSchema there = schemaById(candidate.getId());
      if (there.equals(schema) || there.canonicalString().equals(schema.canonicalString())) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  synchronized Collection<String> subjects() {
    try {
      return new TreeSet<>(numbering.getAllSubjects());
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Rising; empty for an unknown subject unless it {@code mustExist}. */
  synchronized List<Integer> versions(String subject, boolean mustExist) throws RegistryException {
    if (!subjects().contains(subject)) {
      if (mustExist) {
        throw RegistryException.subjectNotFound(subject);
      }
      return List.of();
    }
    try {
      return numbering.getAllVersions(subject).stream().sorted().toList();
    } catch (IOException | RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  synchronized Schema version(String subject, int version) throws RegistryException {
    if (!versions(subject, true).contains(version)) {
      throw RegistryException.versionNotFound(version);
    }
    return numbering.getByVersion(subject, version, false);
  }

  synchronized ParsedSchema schemaById(int id) throws RegistryException {
    ParsedSchema schema = byId.get(id);
    if (schema == null) {
      throw RegistryException.schemaNotFound(id);
    }
    return schema;
  }

  synchronized List<SubjectVersion> whereUsed(int id) throws RegistryException {
    schemaById(id);
    List<SubjectVersion> uses = new ArrayList<>();
    for (String subject : subjects()) {
      for (int version : versions(subject, true)) {
        if (version(subject, version).getId() == id) {
          uses.add(new SubjectVersion(subject, version));
        }
      }
    }
    return uses;
  }

  synchronized CompatibilityLevel defaultLevel() {
    return defaultLevel;
  }

  synchronized Optional<CompatibilityLevel> level(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  /**
   * @param subject "" for the default
   */
  synchronized void setLevel(String subject, CompatibilityLevel level) {
    journal.append(new Entry("level", subject, null, null, null, level.name));
    putLevel(subject, level);
  }

  private void putLevel(String subject, CompatibilityLevel level) {
    if (subject.isEmpty()) {
      defaultLevel = level;
    } else {
      levels.put(subject, level);
    }
  }

  /** Deletes softly first; once more, {@code permanent}, as Confluent's registry wants it. */
  synchronized List<Integer> deleteSubject(String subject, boolean permanent)
      throws RegistryException {
    List<Integer> deleted = softlyDeleted.get(subject);
    if (permanent && deleted != null) {
      return deleted;
    }
    List<Integer> versions = versions(subject, true);
    if (permanent) {
      throw new RegistryException(
          40405,
          "Subject '" + subject + "' was not deleted first before being permanently deleted");
    }
    journal.append(new Entry("delete", subject, null, null, null, null));
    try {
      numbering.deleteSubject(subject, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RestClientException e) {
      throw new IllegalStateException(e);
    }
    softlyDeleted.put(subject, versions);
    return versions;
  }

  synchronized int deleteVersion(String subject, int version) throws RegistryException {
    version(subject, version);
    journal.append(
        new Entry("delete-version", subject, null, null, null, Integer.toString(version)));
    try {
      return numbering.deleteSchemaVersion(subject, Integer.toString(version), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RestClientException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    journal.close();
  }
}
