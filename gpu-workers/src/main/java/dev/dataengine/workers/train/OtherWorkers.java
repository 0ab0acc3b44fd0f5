package dev.dataengine.workers.train;

import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.failure.MisconfiguredException;
import java.util.List;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Refuses to be the second worker of a model: it would get a part of the partitions. */
final class OtherWorkers {

  private OtherWorkers() {}

  /**
   * @throws MisconfiguredException where the group has a member that is not this worker
   */
  static void refuse(PatientAdmin admin, TrainerConfig config) throws Exception {
    for (MemberDescription member : members(admin, config.group())) {
      String name = member.groupInstanceId().orElse(member.clientId());
      if (!name.equals(config.worker())) {
        throw new MisconfiguredException(
            "the group %s has a member '%s' at %s, and one worker trains a model: stop that one, or give this one a trainer.model of its own. Of one that was killed the group learns within session.timeout.ms (45 s)"
                .formatted(config.group(), name, member.host()));
      }
    }
  }

  private static List<MemberDescription> members(PatientAdmin admin, String group)
      throws Exception {
    try {
      return admin
          .ask("the broker", a -> a.describeConsumerGroups(List.of(group)).all())
          .values()
          .stream()
          .flatMap(described -> described.members().stream())
          .toList();
    } catch (GroupIdNotFoundException e) {
      return List.of();
    }
  }
}
