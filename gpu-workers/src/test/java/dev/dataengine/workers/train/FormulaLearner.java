package dev.dataengine.workers.train;

import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.workers.adapter.PeftFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Learns by a formula, and remembers what it learnt from in what it learnt: a weight and a moment
 * that depend on every step's number, seed, rate and samples, and the samples' ids in order.
 */
class FormulaLearner implements Learner<FormulaLearner.Sample> {

  /** The question says the loss: a number, or "throws", or "unreadable". */
  record Sample(String id, String questionType, String question) implements TrainingSample {}

  /** What a step's loss is beside the samples'. */
  @FunctionalInterface
  interface Loss {
    double of(long step, double rateFactor, Sample sample);
  }

  /** How it is set; what differs from a checkpoint is refused. */
  record Setup(String base, String precision, String rank, Loss loss) {}

  private final Setup set;
  private final long seed;
  private double weight;
  private double moment;
  private final List<String> learntFrom = new ArrayList<>();
  private boolean closed;

  FormulaLearner(Setup set, Recorded recorded) {
    this.set = set;
    this.seed = recorded.seed();
    this.weight = seed;
  }

  @Override
  public Identity identity() {
    return new Identity("formula", set.base(), Set.of("former-" + set.base()), set.precision());
  }

  @Override
  public Sample prepare(VqaSample event) throws IOException {
    if (event.getQuestion().equals("unreadable")) {
      throw new IOException("unreadable");
    }
    if (event.getQuestion().equals("out of memory")) {
      throw new OutOfMemoryError("of a record");
    }
    return new Sample(event.getSampleId(), event.getQuestionType(), event.getQuestion());
  }

  @Override
  public Step step(long number, double rateFactor, List<Sample> batch) {
    double[] losses = new double[batch.size()];
    double sum = 0;
    for (int i = 0; i < losses.length; i++) {
      Sample sample = batch.get(i);
      if (sample.question().equals("throws")) {
        throw new IllegalStateException("a step that throws");
      }
      losses[i] = set.loss().of(number, rateFactor, sample);
      sum += losses[i];
    }
    Step step = new Step(sum / losses.length, 1, losses);
    if (step.isApplied()) {
      for (Sample sample : batch) {
        moment = 0.9 * moment + (sample.id().hashCode() % 1000) * 1e-3;
        learntFrom.add(sample.id());
      }
      weight -= rateFactor * moment / (number + seed);
    }
    return step;
  }

  @Override
  public void write(Path directory) throws IOException {
    Files.writeString(
        directory.resolve(PeftFiles.WEIGHTS),
        Double.toHexString(weight) + "\n" + String.join(" ", learntFrom));
    Files.writeString(directory.resolve("moment"), Double.toHexString(moment));
    Files.writeString(directory.resolve("rank"), set.rank());
  }

  @Override
  public void read(Path directory) throws IOException {
    if (!Files.readString(directory.resolve("rank")).equals(set.rank())) {
      throw new MisconfiguredException("another rank");
    }
    List<String> lines = Files.readAllLines(directory.resolve(PeftFiles.WEIGHTS));
    weight = Double.parseDouble(lines.get(0));
    learntFrom.clear();
    if (lines.size() > 1) {
      learntFrom.addAll(List.of(lines.get(1).split(" ")));
    }
    moment = Double.parseDouble(Files.readString(directory.resolve("moment")));
  }

  List<String> learntFrom() {
    return List.copyOf(learntFrom);
  }

  double weight() {
    return weight;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
