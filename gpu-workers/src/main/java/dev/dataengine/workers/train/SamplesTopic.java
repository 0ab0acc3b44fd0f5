package dev.dataengine.workers.train;

import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.topics.Topic;

/**
 * Which topic {@code vqa-samples} is. One that was deleted and made anew, or that a broker with an
 * empty disk has, bears the same name and another id, and offsets of the one mean nothing in the
 * other.
 *
 * <p>An id never comes back. So where it is the progress' own when a training starts and again
 * before a checkpoint is made, all that was read in between was of that topic, whatever happens
 * later.
 */
final class SamplesTopic {

  private final PatientAdmin admin;

  /**
   * @param admin which the caller closes
   */
  SamplesTopic(PatientAdmin admin) {
    this.admin = admin;
  }

  /** Its id, empty where the broker knows none; waits for a topic that is not there. */
  String id() throws Exception {
    return admin.topicId(Topic.VQA_SAMPLES.topicName());
  }

  /**
   * @param expected id that the progress is about; empty where it is not known
   * @throws IllegalStateException where the topic was made anew meanwhile: the next start goes on
   *     from the checkpoint, and at the new topic's beginning
   */
  void requireStill(String expected) throws Exception {
    String found = id();
    if (!expected.isEmpty() && !found.isEmpty() && !found.equals(expected)) {
      throw new IllegalStateException(
          "the topic %s was made anew while it was read: expected the id %s, got %s"
              .formatted(Topic.VQA_SAMPLES.topicName(), expected, found));
    }
  }
}
