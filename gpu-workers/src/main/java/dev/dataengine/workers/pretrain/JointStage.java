package dev.dataengine.workers.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.image.ImageProcessor;
import dev.dataengine.workers.model.LlavaWeights;
import dev.dataengine.workers.model.PromptTokenizer;
import dev.dataengine.workers.model.RowPacker;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import dev.dataengine.workers.train.FlatParameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Trains every weight at once on questions about images, while the attention of one head of the
 * decoder is supervised: from each word that is a region's label to the patches that bear it (arXiv
 * 1709.06308 does so with people's attention). Whether something is there is then what that head
 * finds. All questions about an image share its tokens (see {@link RowPacker}), so eight questions
 * cost little more than one; examples of like length share a batch, so that little of it is
 * padding.
 */
final class JointStage {

  /** Batches that are sorted by length together. */
  private static final int POOLED_BATCHES = 16;

  private final PretrainConfig config;
  private final String name;
  private final PretrainConfig.Stage stage;
  private final LongFunction<PretrainExample> examples;
  private final PromptTokenizer tokenizer;
  private final ImageProcessor processor;
  private final PatchLabels labels;

  /**
   * @param name as the listener hears it
   */
  JointStage(
      PretrainConfig config,
      String name,
      PretrainConfig.Stage stage,
      LongFunction<PretrainExample> examples,
      PromptTokenizer tokenizer,
      ImageProcessor processor,
      PatchLabels labels) {
    this.config = config;
    this.name = name;
    this.stage = stage;
    this.labels = labels;
    this.examples = examples;
    this.tokenizer = tokenizer;
    this.processor = processor;
  }

  private record Raw(RowPacker packer, float[] pixels, float[] marks) {}

  /** Trains the vector in place. */
  void run(
      NDManager manager,
      TorchScript functions,
      NDArray like,
      LlavaWeights weights,
      float[] values,
      Pretrainer.Listener listener) {
    long[] words = labels.tokens(tokenizer, PretrainConfig.architecture().text().vocabularySize());
    try (FlatParameters parameters =
        new FlatParameters(manager, Pretrainer.parts(weights.all()), values)) {
      new StageLoop(name, stage, listener)
          .run(
              manager,
              parameters,
              like,
              new Supply(),
              (scope, raw) -> call(functions, scope, raw, words));
      System.arraycopy(parameters.copyValues(), 0, values, 0, values.length);
    }
  }

  private TorchScript.Call call(TorchScript functions, NDManager scope, Raw raw, long[] words) {
    int side = processor.side();
    return raw.packer()
        .pack(scope)
        .addTo(functions.call("pretrain_step"))
        .with(Tensors.of(scope, raw.pixels(), config.batchImages(), 3, side, side))
        .with(Tensors.of(scope, words, words.length))
        .with(labels.tensor(scope, raw.marks()));
  }

  /** Batches of like length, in a random order that the seed fixes. */
  private final class Supply implements Supplier<Raw> {
    private final Random random = new Random(config.seed());
    private final Deque<List<Row>> batches = new ArrayDeque<>();
    private long next;

    @Override
    public Raw get() {
      if (batches.isEmpty()) {
        fill();
      }
      RowPacker packer = new RowPacker();
      float[] pixels = new float[config.batchImages() * processor.length()];
      float[] marks = new float[config.batchImages() * labels.length()];
      int at = 0;
      int marked = 0;
      for (Row row : batches.remove()) {
        packer.row(tokenizer.imagePrefix());
        row.segments().forEach(s -> packer.segment(s.question(), s.answer()));
        System.arraycopy(row.pixels(), 0, pixels, at, row.pixels().length);
        at += row.pixels().length;
        labels.mark(row.regions(), marks, marked);
        marked += labels.length();
      }
      return new Raw(packer, pixels, marks);
    }

    private void fill() {
      int size = config.batchImages();
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < POOLED_BATCHES * size; i++) {
        rows.add(row(examples.apply(next++)));
      }
      rows.sort(Comparator.comparingInt(Row::length));
      List<List<Row>> sorted = new ArrayList<>();
      for (int i = 0; i < rows.size(); i += size) {
        sorted.add(rows.subList(i, i + size));
      }
      Collections.shuffle(sorted, random);
      batches.addAll(sorted);
    }

    private Row row(PretrainExample example) {
      List<Segment> segments = new ArrayList<>();
      for (PretrainExample.Turn turn : example.turns()) {
        segments.add(
            new Segment(tokenizer.question(turn.question()), tokenizer.answer(turn.answer())));
      }
      return new Row(processor.process(example.image()), segments, example.regions());
    }
  }

  private record Segment(long[] question, long[] answer) {}

  private record Row(float[] pixels, List<Segment> segments, List<PretrainExample.Region> regions) {
    int length() {
      return segments.stream().mapToInt(s -> s.question().length + s.answer().length).sum();
    }
  }
}
