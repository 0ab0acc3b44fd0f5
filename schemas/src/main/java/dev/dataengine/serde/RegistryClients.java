package dev.dataengine.serde;

import dev.dataengine.config.Secrets;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Clients of the registry whose failures say what they are. Confluent's serializers turn an
 * overloaded registry (429), an unknown id and a refusal into one exception without a cause, and
 * report broken bytes as an I/O error too; so the kinds are told apart here, before the serializers
 * see them: {@link RegistryAwayException}, {@link RegistryRefusedException}, and anything else is
 * about what was asked for.
 */
final class RegistryClients {
  private static final int CACHED = 1_000;
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final int READ_TIMEOUT_MS = 30_000;

  /** For looking up again what is known: nothing depends on it now. */
  private static final int PROBE_TIMEOUT_MS = 2_000;

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int FIRST_SERVER_ERROR = 500;

  /** Confluent's code for an unknown schema; others beginning so say what else is not there. */
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final int FIRST_CONFLUENT_NOT_FOUND = 40400;
  private static final int LAST_CONFLUENT_NOT_FOUND = 40499;

  /** The client's own code for an answer that it cannot read. */
  private static final int NO_JSON = 50005;

  private RegistryClients() {}

  /**
   * @param recheck how old what is known of an id may be
   */
  static SchemaRegistryClient of(String url, Duration recheck) {
    // failures name it: without user and password
    String shown = Secrets.masked(url);
    return proxy(
        new CheckedIds(
            telling(cached(url, CONNECT_TIMEOUT_MS, READ_TIMEOUT_MS), shown),
            cached(url, PROBE_TIMEOUT_MS, PROBE_TIMEOUT_MS),
            shown,
            recheck));
  }

  private static SchemaRegistryClient cached(String url, int connectMillis, int readMillis) {
    return new CachedSchemaRegistryClient(
        url,
        CACHED,
        Map.of(
            "http.connect.timeout.ms", connectMillis,
            "http.read.timeout.ms", readMillis));
  }

  /** The same client, its failures told apart. */
  static SchemaRegistryClient telling(SchemaRegistryClient client, String url) {
    AtomicBoolean heard = new AtomicBoolean();
    return proxy((proxy, method, arguments) -> call(client, url, heard, method, arguments));
  }

  private static SchemaRegistryClient proxy(InvocationHandler handler) {
    return (SchemaRegistryClient)
        Proxy.newProxyInstance(
            RegistryClients.class.getClassLoader(),
            new Class<?>[] {SchemaRegistryClient.class},
            handler);
  }

  private static @Nullable Object call(
      SchemaRegistryClient client,
      String url,
      AtomicBoolean heard,
      Method method,
      Object @Nullable [] arguments)
      throws Throwable {
    try {
      Object result = method.invoke(client, arguments);
      if (List.of(method.getExceptionTypes()).contains(RestClientException.class)) {
        heard.set(true);
      }
      return result;
    } catch (InvocationTargetException e) {
      Throwable failure = e.getCause() == null ? e : e.getCause();
      if (failure instanceof RestClientException answer) {
        throw told(answer, client, url, heard, arguments);
      }
      if (failure instanceof IOException && !(failure instanceof RegistryAwayException)) {
        throw new RegistryAwayException("registry " + url + ": " + failure, failure);
      }
      throw failure;
    }
  }

  private static Exception told(
      RestClientException answer,
      SchemaRegistryClient client,
      String url,
      AtomicBoolean heard,
      Object @Nullable [] arguments) {
    int status = answer.getStatus();
    if (isPassing(status)) {
      return new RegistryAwayException(
          "registry " + url + " answers " + status + ": " + answer.getMessage(), answer);
    }
    boolean foreign =
        answer.getErrorCode() == NO_JSON
            || (status == NOT_FOUND
                && (answer.getErrorCode() < FIRST_CONFLUENT_NOT_FOUND
                    || answer.getErrorCode() > LAST_CONFLUENT_NOT_FOUND));
    // the status line came through and the rest was cut off: what was a registry before still is
    // one
    boolean notAllowed = status == UNAUTHORIZED || status == FORBIDDEN;
    if (foreign && !notAllowed && answer.getErrorCode() == NO_JSON && heard.get()) {
      return new RegistryAwayException(
          "registry " + url + " answers " + status + " and nothing that can be read", answer);
    }
    if (notAllowed || foreign) {
      return new RegistryRefusedException(
          "registry %s answers %d: %s; check connection.schema-registry-url and our permission there"
              .formatted(url, status, answer.getMessage()),
          answer);
    }
    if (answer.getErrorCode() == SCHEMA_NOT_FOUND
        && arguments != null
        && arguments.length > 0
        && arguments[0] instanceof String subject
        && !knows(client, subject)) {
      return new RegistryAwayException(
          "registry %s no longer knows the subject %s: it was emptied; writers register their schemas again, older ones are to be restored"
              .formatted(url, subject),
          answer);
    }
    return answer;
  }

  private static boolean isPassing(int status) {
    return status == TIMEOUT || status == TOO_MANY_REQUESTS || status >= FIRST_SERVER_ERROR;
  }

  /** False where the registry says that it has no such subject; then it is no fault of the id's. */
  private static boolean knows(SchemaRegistryClient client, String subject) {
    try {
      return !client.getAllVersions(subject).isEmpty();
    } catch (RestClientException e) {
      return e.getStatus() != NOT_FOUND && !isPassing(e.getStatus());
    } catch (IOException e) {
      return false;
    }
  }
}
