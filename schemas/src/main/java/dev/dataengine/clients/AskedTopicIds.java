package dev.dataengine.clients;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks with an administrator's client, which is made when it is first needed. */
final class AskedTopicIds implements TopicIds {
  private static final Duration ASK = Duration.ofSeconds(5);

  private final Supplier<Admin> admins;
  private @Nullable Admin admin;

  AskedTopicIds(Supplier<Admin> admins) {
    this.admins = admins;
  }

  @Override
  public Map<String, Uuid> of(List<String> names) throws Exception {
    Admin open = admin;
    if (open == null) {
      open = admins.get();
      admin = open;
    }
    Map<String, Uuid> ids = new HashMap<>();
    try {
      open.describeTopics(names)
          .allTopicNames()
          .get(ASK.toMillis(), TimeUnit.MILLISECONDS)
          .forEach((name, topic) -> ids.put(name, topic.topicId()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException("no answer about the topics " + names + " within " + ASK);
    }
    return ids;
  }

  @Override
  public void close() {
    Admin open = admin;
    if (open != null) {
      open.close(Duration.ZERO);
    }
  }
}
