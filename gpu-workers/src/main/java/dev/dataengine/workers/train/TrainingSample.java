package dev.dataengine.workers.train;

/** What a {@link Learner} made of a sample's event. */
public interface TrainingSample {
  String questionType();
}
