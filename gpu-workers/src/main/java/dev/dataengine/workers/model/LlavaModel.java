package dev.dataengine.workers.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.dataengine.workers.tensor.SafeTensors;
import dev.dataengine.workers.tensor.Tensors;
import dev.dataengine.workers.tensor.TorchScript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A LLaVA model: frozen weights in memory and the functions over them. Weights are never changed,
 * so threads share one model; each brings managers of its own for what it computes.
 */
public final class LlavaModel implements AutoCloseable {

  private static final int ADAPTER_TENSORS_A_LAYER = 14;

  private final LlavaConfig config;
  private final Precision precision;
  private final NDManager manager;
  private final TorchScript functions;
  private final List<NDArray> vision;
  private final List<NDArray> projector;
  private final List<NDArray> text;
  private final List<NDArray> noAdapter;
  private final NDArray like;

  private LlavaModel(
      LlavaConfig config,
      Precision precision,
      NDManager manager,
      TorchScript functions,
      List<NDArray> vision,
      List<NDArray> projector,
      List<NDArray> text) {
    this.config = config;
    this.precision = precision;
    this.manager = manager;
    this.functions = functions;
    this.vision = vision;
    this.projector = projector;
    this.text = text;
    this.noAdapter = new ArrayList<>();
    // apart from the weights: an array's name says how a call takes it, and threads share these
    this.like = text.get(1).duplicate();
    this.like.attach(manager);
    NDArray empty = manager.zeros(new Shape(0), DataType.FLOAT32);
    for (int i = 0; i < ADAPTER_TENSORS_A_LAYER * config.text().layers(); i++) {
      noAdapter.add(empty);
    }
  }

  /**
   * Loads a Hugging Face directory: {@code config.json} and {@code *.safetensors}.
   *
   * @throws IOException where a file is missing or does not fit; the message names file and weight
   */
  public static LlavaModel load(NDManager parent, Path directory, PrecisionChoice choice)
      throws IOException {
    LlavaConfig config = LlavaConfig.read(directory);
    LlavaLayout layout = LlavaLayout.of(config);
    NDManager manager = parent.newSubManager();
    try {
      TorchScript functions = LlavaFunctions.compile(manager, config);
      Precision precision = choice.resolve();
      WeightReader weights = new WeightReader(directory, manager, functions, precision);
      return new LlavaModel(
          config,
          precision,
          manager,
          functions,
          weights.read(layout.vision()),
          weights.read(layout.projector()),
          weights.read(layout.text()));
    } catch (IOException | RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Identity of a model directory: SHA-256 in hexadecimal over all that changes an answer, which is
   * the weights in use, {@code config.json}, the tokenizer, the preprocessor and the prompt.
   */
  public static String identity(Path directory) throws IOException {
    return BaseIdentity.of(directory);
  }

  /**
   * What {@link #identity} was for the same directory before it covered more than the weight files;
   * checkpoints of that time have it.
   */
  public static String formerIdentity(Path directory) throws IOException {
    return Checkpoint.identity(directory);
  }

  /** What the frozen weights are held in. */
  public Precision precision() {
    return precision;
  }

  public LlavaConfig config() {
    return config;
  }

  /** The projector's weights, float32 or bfloat16 as loaded. */
  public List<NDArray> projector() {
    return projector;
  }

  /** The decoder's weights. */
  public List<NDArray> text() {
    return text;
  }

  /** A tensor of the dtype that the model computes in. */
  public NDArray like() {
    return like;
  }

  /** The projector's weights as float32 values, in order. */
  public List<float[]> projectorValues() {
    List<float[]> values = new ArrayList<>();
    for (NDArray weight : projector) {
      try (NDArray wide = functions.call("float32").with("t", List.of(weight)).run()) {
        values.add(Tensors.floats(wide));
      }
    }
    return values;
  }

  /** The functions, for a trainer's steps. */
  public TorchScript functions() {
    return functions;
  }

  /** Stands where an adapter's tensors are expected and there is none. */
  public List<NDArray> noAdapter() {
    return noAdapter;
  }

  /** Image features [B,N,D] of normalised pixels [B,C,S,S], before the projector. */
  public NDArray visionFeatures(NDArray pixels) {
    return functions.call("vision").with(pixels).with("v", vision).run();
  }

  /** Image features of several images [N,D] each as one tensor [B,N,D], on the first's manager. */
  public NDArray stack(List<NDArray> features) {
    return functions.call("stack").with("t", features).run();
  }

  /** What the projector makes [B,N,D] of image features. */
  public NDArray project(NDArray features, List<NDArray> projectorWeights) {
    return functions.call("project").with(features).with("p", projectorWeights).run();
  }

  /** Logits [B,T,V] in float32. */
  public NDArray logits(Batch batch, NDArray projected, AdapterView adapter) {
    return functions
        .call("logits")
        .with(batch.ids())
        .with(batch.positions())
        .with(batch.segments())
        .with(batch.parents())
        .with(projected)
        .with(adapter.hyper())
        .with("w", text)
        .with("a", adapter.tensors())
        .run();
  }

  /** Mean loss of every group of the batch, in float32. */
  public float[] groupLosses(Batch batch, NDArray projected, AdapterView adapter) {
    NDArray losses =
        batch
            .addTo(functions.call("group_losses"))
            .with(batch.groups())
            .with(batch.groupSizes())
            .with(projected)
            .with(adapter.hyper())
            .with("w", text)
            .with("a", adapter.tensors())
            .run();
    return Tensors.floats(losses);
  }

  @Override
  public void close() {
    functions.close();
    manager.close();
  }

  /** Reads weights of one directory and brings them to the precision asked for. */
  private static final class WeightReader {

    private final Checkpoint checkpoint;
    private final NDManager manager;
    private final TorchScript functions;
    private final Precision precision;

    WeightReader(Path directory, NDManager manager, TorchScript functions, Precision precision)
        throws IOException {
      this.checkpoint = Checkpoint.open(directory);
      this.manager = manager;
      this.functions = functions;
      this.precision = precision;
    }

    List<NDArray> read(List<LlavaLayout.Weight> weights) throws IOException {
      List<NDArray> arrays = new ArrayList<>();
      for (LlavaLayout.Weight weight : weights) {
        SafeTensors.Entry entry = checkpoint.entry(weight);
        long[] shape = weight.shape();
        // the patch embedding is a convolution there and a product here
        long[] sides =
            shape.length == 4 ? new long[] {shape[0], shape[1] * shape[2] * shape[3]} : shape;
        try (NDManager scratch = manager.newSubManager()) {
          NDArray array = Tensors.of(scratch, entry.floats(), sides);
          NDArray owned =
              precision == Precision.BFLOAT16
                  // run() would give an inference tensor, which autograd refuses
                  ? functions.call("bfloat16").with(array).runWithGradients()
                  : array.duplicate();
          owned.attach(manager);
          arrays.add(owned);
        }
      }
      return arrays;
    }
  }
}
