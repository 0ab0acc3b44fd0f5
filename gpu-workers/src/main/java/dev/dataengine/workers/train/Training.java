package dev.dataengine.workers.train;

import dev.dataengine.clients.PatientAdmin;
import dev.dataengine.clients.TopicIds;
import dev.dataengine.events.ModelVersion;
import dev.dataengine.events.VqaSample;
import dev.dataengine.failure.MisconfiguredException;
import dev.dataengine.failure.RecordPolicy;
import dev.dataengine.failure.StoppedException;
import dev.dataengine.follow.TopicFollower;
import dev.dataengine.serde.DeadLetters;
import dev.dataengine.serde.EventSerde;
import dev.dataengine.topics.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training from its start: what learns behind {@link Learner}, and around it the topics, the
 * versions and the checkpoints' rules. {@link #run} it, or {@link #step} it from a simulation. One
 * thread owns it; any may {@link #wake} it.
 *
 * @param <S> what the learner makes of an event
 */
public final class Training<S extends TrainingSample> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Training.class);

  private final TrainerConfig config;
  private final TrainingContext context;
  private final CloseStack closing = new CloseStack();
  private final Consumer<byte[], byte[]> samples;
  private final TrainingLoop<S> loop;

  private Training(TrainerConfig config, Learner.Opening<S> opening, TrainingContext context)
      throws Exception {
    this.config = config;
    this.context = context;
    try {
      CheckpointStore checkpoints =
          closing.add(
              CheckpointStore.open(
                  Path.of(config.checkpointDirectory()),
                  config.model(),
                  config.checkpointsKept(),
                  context.durable()));
      VersionPublisher versions = publisher();
      // first nobody else tells of this model any more, then we read what was told
      versions.begin();
      ResumePlan plan = ResumePlan.of(checkpoints, announcements());
      plan.told().forEach(told -> log.atError().log(told));
      context.health().note(String.join("; ", plan.told()));
      Letters letters =
          new Letters(producer(config.worker() + "-letters", Map.of()), context.patience());
      DeadLetters deadLetters = new DeadLetters("trainer", letters::send);
      Learner<S> learner = closing.add(opening.open(recorded(plan), deadLetters));
      SavedVersion start = start(plan, checkpoints, learner);
      // also where it is not new: it may be newer than what was told of it before a kill
      versions.publish(start);
      SamplesTopic topic = topic();
      Trainer<S> trainer =
          trainer(start, state(plan, start, topic, checkpoints, learner), checkpoints, learner);
      samples =
          closing.add(context.clients().consumer(config.worker(), SampleFeed.settings(config)));
      loop =
          new TrainingLoop<>(
              config,
              new TrainingLoop.Parts<>(
                  trainer,
                  new SampleFeed(
                      samples,
                      topic,
                      config.batchSamples(),
                      trainer.progress(),
                      context.patience()),
                  new SampleIntake<>(
                      config.model(),
                      EventSerde.of(VqaSample.class, context.registry()),
                      RecordPolicy.deadLetters(context.patience(), deadLetters),
                      learner),
                  new LagCommits(samples, context.nanos()),
                  versions,
                  letters,
                  deadLetters),
              context.health(),
              context.nanos(),
              context.metrics());
    } catch (Exception | Error e) {
      closing.closeAfter(e);
      throw e;
    }
  }

  /**
   * Starts a training: takes the checkpoint directory, bars other trainers of the model from
   * publishing, and goes on from the checkpoint that is right to go on from, or begins.
   *
   * @throws MisconfiguredException where another trainer has the directory, or the checkpoint does
   *     not fit what is configured
   */
  public static <S extends TrainingSample> Training<S> open(
      TrainerConfig config, Learner.Opening<S> opening, TrainingContext context) throws Exception {
    return new Training<>(config, opening, context);
  }

  private VersionPublisher publisher() {
    return new VersionPublisher(
        producer(config.worker() + "-versions", VersionPublisher.settings(config.model())),
        EventSerde.of(ModelVersion.class, context.registry()),
        context.patience());
  }

  private Producer<byte[], byte[]> producer(String clientId, Map<String, String> settings) {
    return closing.add(context.clients().producer(clientId, settings));
  }

  private Announcements announcements() throws Exception {
    try (TopicFollower topic =
        new TopicFollower(
            context.clients().consumer(config.worker() + "-versions", Map.of()),
            TopicIds.NONE,
            List.of(Topic.MODEL_VERSIONS),
            context.patience(),
            false)) {
      return Announcements.read(
          topic,
          EventSerde.of(ModelVersion.class, context.registry()),
          config.model(),
          context.patience());
    }
  }

  private Learner.Recorded recorded(ResumePlan plan) {
    return plan.checkpoint()
        .map(SavedVersion::state)
        .map(
            state ->
                new Learner.Recorded(
                    state.precision().isEmpty() ? null : state.precision(),
                    state.seed() == null ? config.seed() : state.seed()))
        .orElseGet(() -> new Learner.Recorded(null, config.seed()));
  }

  private SamplesTopic topic() {
    return new SamplesTopic(
        closing.add(
            new PatientAdmin(
                context.clients().admin(config.worker() + "-topic"), context.patience())));
  }

  private TrainerState.Settings settings() {
    return new TrainerState.Settings(config.seed(), config.optimizer().learningRate());
  }

  private SavedVersion start(ResumePlan plan, CheckpointStore checkpoints, Learner<S> learner)
      throws IOException {
    return plan.from() == null
        ? begin(plan, checkpoints, learner)
        : resume(plan, plan.from(), checkpoints, learner);
  }

  /** What the training goes on from: what the checkpoint says, completed. */
  private TrainerState state(
      ResumePlan plan,
      SavedVersion start,
      SamplesTopic topic,
      CheckpointStore checkpoints,
      Learner<S> learner)
      throws Exception {
    TrainerState said = start.state().under(learner.identity(), settings());
    TrainerState passed = checkpoints.passed(said).map(said::passing).orElse(said);
    TrainerState state = passed.reading(topic.id());
    if (!state.offsets().equals(passed.offsets())) {
      String told =
          "the topic %s was made anew: v%d has read another one, with the id %s, up to %s; the one with the id %s is read from its beginning"
              .formatted(
                  Topic.VQA_SAMPLES.topicName(),
                  state.version(),
                  passed.samplesTopic(),
                  passed.offsets(),
                  state.samplesTopic());
      log.atWarn().log(told);
      List<String> all = new ArrayList<>(plan.told());
      all.add(told);
      context.health().note(String.join("; ", all));
    }
    return state;
  }

  private Trainer<S> trainer(
      SavedVersion start, TrainerState state, CheckpointStore checkpoints, Learner<S> learner) {
    return new Trainer<>(
        learner,
        checkpoints,
        start,
        state,
        config.divergenceFactor(),
        context.clock(),
        context.nanos());
  }

  private SavedVersion begin(ResumePlan plan, CheckpointStore checkpoints, Learner<S> learner)
      throws IOException {
    TrainerState state =
        TrainerState.begin(
            config.model(),
            plan.number(),
            context.lineages().get(),
            learner.identity(),
            settings(),
            context.clock().instant());
    log.atInfo()
        .addKeyValue("version", state.version())
        .addKeyValue("lineage", state.lineage())
        .log("training begins at the base");
    return checkpoints.write(state, learner);
  }

  private SavedVersion resume(
      ResumePlan plan, SavedVersion from, CheckpointStore checkpoints, Learner<S> learner)
      throws IOException {
    Learner.Identity identity = learner.identity();
    refuseOther(from, identity);
    learner.read(from.directory());
    if (!plan.begins()) {
      return from;
    }
    TrainerState state =
        from.state()
            .under(identity, settings())
            .branch(plan.number(), context.lineages().get(), context.clock().instant());
    log.atWarn()
        .addKeyValue("version", state.version())
        .addKeyValue("parent", state.parent())
        .addKeyValue("lineage", state.lineage())
        .log("training goes on as another run");
    return checkpoints.write(state, learner);
  }

  private static void refuseOther(SavedVersion from, Learner.Identity identity) {
    TrainerState state = from.state();
    boolean sameBase =
        state.base().equals(identity.base())
            || (state.format() < TrainerState.FORMAT
                && identity.formerBases().contains(state.base()));
    if (!sameBase) {
      throw new MisconfiguredException(
          "checkpoint %s was made from another base model (sha256 %s, now %s): weights, config, tokenizer, preprocessor or prompt differ; restore that trainer.model-directory, or begin anew in another checkpoint-directory"
              .formatted(from.directory(), state.base(), identity.base()));
    }
    if (!state.precision().isEmpty() && !state.precision().equals(identity.precision())) {
      throw new MisconfiguredException(
          "checkpoint %s was trained in %s, trainer.precision is %s; set it to %s or auto, or begin anew in another checkpoint-directory"
              .formatted(
                  from.directory(), state.precision(), identity.precision(), state.precision()));
    }
  }

  /** One pass; see {@link TrainingLoop#step}. */
  public void step() throws Exception {
    try {
      loop.step();
    } catch (FencedInstanceIdException e) {
      throw new MisconfiguredException(
          "another trainer named '%s' has joined the group %s; this one ends. If both should run, give each a trainer.model of its own"
              .formatted(config.worker(), config.group()),
          e);
    }
  }

  /** Makes a last version of what was trained. */
  public void finish() throws Exception {
    loop.finish();
  }

  /** Passes while {@code running}, then finishes. */
  public void run(BooleanSupplier running) throws Exception {
    try {
      while (running.getAsBoolean()) {
        step();
      }
    } catch (WakeupException | StoppedException e) {
      if (running.getAsBoolean()) {
        throw e;
      }
    }
    try {
      finish();
    } catch (StoppedException e) {
      // a checkpoint that was made and not told of is told of by the next start
      log.atWarn().setCause(e).log("stopped before all was told");
    }
  }

  TrainingLoop<S> loop() {
    return loop;
  }

  /** Wakes a waiting {@link #step}, so that it ends soon. */
  public void wake() {
    samples.wakeup();
  }

  @Override
  public void close() throws IOException {
    closing.close();
  }
}
