package dev.dataengine.workers.train;

import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.Patience;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Refuses to be the second worker of a model: it would get a part of the partitions. */
final class OtherWorkers {

  private OtherWorkers() {}

  /**
   * @throws MisconfiguredException where the group has a member that is not this worker
   */
  static void refuse(Admin admin, TrainerConfig config, Patience patience) throws Exception {
    for (MemberDescription member :
        patience.waitOut("the broker", () -> members(admin, config.group()))) {
      String name = member.groupInstanceId().orElse(member.clientId());
      if (!name.equals(config.worker())) {
        throw new MisconfiguredException(
            "the group %s has a member '%s' at %s, and one worker trains a model: stop that one, or give this one a trainer.model of its own. Of one that was killed the group learns within session.timeout.ms (45 s)"
                .formatted(config.group(), name, member.host()));
      }
    }
  }

  private static List<MemberDescription> members(Admin admin, String group) throws Exception {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(described -> described.members().stream())
          .toList();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return List.of();
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
