package dev.dataengine.serde;

import dev.dataengine.topics.SchemaRegistration;
import dev.dataengine.topics.Topic;
import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.entities.requests.RegisterSchemaResponse;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client whose ids are the registry's still. Confluent's keeps for ever what it was told once; a
 * registry that comes back with an empty disk, or with another's, would have writers go on with ids
 * that name nothing there, or another schema.
 *
 * <p>So an id that is in use is looked up again now and then. Where it is not what it was, all that
 * was remembered is forgotten, and the schemas are registered again. A registry that is away then
 * is no hindrance: what is known is used until it can be asked.
 *
 * <p>Whoever finds its subject unknown registers the whole catalogue, in its order. In whatever
 * order services come to an emptied registry, they get the ids that the first start got.
 */
final class CheckedIds implements InvocationHandler {
  private static final Logger log = LoggerFactory.getLogger(CheckedIds.class);
  private static final int NOT_FOUND = 404;

  private final SchemaRegistryClient client;
  private final SchemaRegistryClient probe;
  private final String url;
  private final long everyNanos;
  private final Set<String> subjects = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> checkedAt = new ConcurrentHashMap<>();
  private final ReentrantLock probing = new ReentrantLock();
  private volatile long quietSince;
  private volatile boolean quiet;

  /**
   * @param client its failures are told apart
   * @param probe asks the same registry, and gives up soon
   * @param url as it is shown
   * @param every how old what is known of an id may be
   */
  CheckedIds(SchemaRegistryClient client, SchemaRegistryClient probe, String url, Duration every) {
    this.client = client;
    this.probe = probe;
    this.url = url;
    this.everyNanos = every.toNanos();
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (name.startsWith("register")
        && arguments != null
        && arguments[0] instanceof String subject
        && arguments[1] instanceof ParsedSchema schema) {
      return registered(method, arguments, subject, schema);
    }
    Object answer = call(method, arguments);
    if (name.startsWith("getSchemaBy")
        && arguments != null
        && arguments[arguments.length - 1] instanceof Integer id
        && answer instanceof ParsedSchema schema
        && isAnother(id, schema)) {
      forget(id);
      return call(method, arguments);
    }
    if (name.equals("close")) {
      probe.close();
    }
    return answer;
  }

  private @Nullable Object registered(
      Method method, Object[] arguments, String subject, ParsedSchema schema) throws Throwable {
    Object answer = register(method, arguments, subject);
    int id = id(answer);
    if (!isAnother(id, schema)) {
      return answer;
    }
    forget(id);
    return register(method, arguments, subject);
  }

  /**
   * At once with the question for its subject: what was forgotten between would be registered
   * first.
   */
  private synchronized @Nullable Object register(Method method, Object[] arguments, String subject)
      throws Throwable {
    requireSubject(subject);
    return call(method, arguments);
  }

  private static int id(@Nullable Object answer) {
    return answer instanceof RegisterSchemaResponse response ? response.getId() : (Integer) answer;
  }

  /** False where it is the same, was looked up lately, or cannot be looked up. */
  private boolean isAnother(int id, ParsedSchema schema) {
    long now = System.nanoTime();
    Long last = checkedAt.putIfAbsent(id, now);
    if (last == null || now - last < everyNanos || isQuiet(now)) {
      return false;
    }
    if (!probing.tryLock()) {
      return false;
    }
    try {
      probe.reset();
      boolean same = isSame(probe.getSchemaById(id), schema);
      quiet = false;
      checkedAt.put(id, now);
      return !same;
    } catch (RestClientException e) {
      return e.getStatus() == NOT_FOUND || rest();
    } catch (IOException e) {
      return rest();
    } finally {
      probing.unlock();
    }
  }

  private boolean isQuiet(long now) {
    return quiet && now - quietSince < everyNanos;
  }

  /** One that does not answer is not asked by every record. */
  private boolean rest() {
    quietSince = System.nanoTime();
    quiet = true;
    return false;
  }

  private static boolean isSame(ParsedSchema one, ParsedSchema other) {
    return (one instanceof AvroSchema first && other instanceof AvroSchema second)
        ? SchemaFingerprint.of(first.rawSchema()) == SchemaFingerprint.of(second.rawSchema())
        : one.equals(other);
  }

  private synchronized void forget(int id) {
    log.atWarn()
        .addKeyValue("registry", url)
        .addKeyValue("id", id)
        .log(
            "the registry has lost this id, or names another schema by it: it was emptied or"
                + " replaced; its schemas are asked for, and registered, again");
    client.reset();
    subjects.clear();
    checkedAt.clear();
  }

  private void requireSubject(String subject) throws IOException, RestClientException {
    if (subjects.contains(subject)) {
      return;
    }
    if (Topic.catalogue().stream().anyMatch(topic -> topic.valueSubject().equals(subject))
        && isUnknown(subject)) {
      registerCatalogue();
    }
    subjects.add(subject);
  }

  private boolean isUnknown(String subject) throws IOException, RestClientException {
    try {
      return client.getAllVersions(subject).isEmpty();
    } catch (RestClientException e) {
      if (e.getStatus() == NOT_FOUND) {
        return true;
      }
      throw e;
    }
  }

  private void registerCatalogue() throws IOException {
    try {
      var unused = SchemaRegistration.registerAll(client);
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof RegistryRefusedException)) {
        throw e.getCause();
      }
      othersRefused(e);
    } catch (IllegalStateException e) {
      othersRefused(e);
    }
  }

  /** Whether our own is refused too, its own registration tells. */
  private void othersRefused(RuntimeException e) {
    log.atWarn()
        .setCause(e)
        .addKeyValue("registry", url)
        .log("the registry does not take the schemas of all topics from us; ids may differ");
  }

  private @Nullable Object call(Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
