package dev.dataengine.workers.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Functions over tensors, written in TorchScript text and compiled by libtorch. What DJL's eager
 * arrays cannot do safely on the CPU (scalars freed before the backward pass reads them) or at all
 * (bfloat16) is done here; see {@code docs/decisions/0003-mathematics-in-torchscript.md}.
 *
 * <p>Functions are pure but for tensors that they update in place by contract, so several threads
 * may call at once.
 */
public final class TorchScript implements AutoCloseable {

  private final NDManager manager;
  private final PtSymbolBlock block;

  private TorchScript(NDManager manager, PtSymbolBlock block) {
    this.manager = manager;
    this.block = block;
  }

  /**
   * Compiles a class of functions.
   *
   * @param parent owner of the compiled module, on the device to run on
   * @param name name of the class in the text
   * @param source the text of the class
   * @throws IOException where the archive cannot be written
   * @throws ai.djl.engine.EngineException where the text does not compile; its message shows the
   *     line
   */
  public static TorchScript compile(NDManager parent, String name, String source)
      throws IOException {
    NDManager manager = parent.newSubManager();
    Path archive = Files.createTempFile("dataengine-", ".pt");
    try {
      TorchScriptArchive.write(archive, name, source);
      PtSymbolBlock block =
          JniUtils.loadModule(
              (PtNDManager) manager, archive, true, new String[0], new String[0], true);
      return new TorchScript(manager, block);
    } catch (RuntimeException | IOException e) {
      manager.close();
      throw e;
    } finally {
      Files.delete(archive);
    }
  }

  /** Starts a call of one function; arguments follow in the function's order. */
  public Call call(String function) {
    return new Call(function);
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }

  /** Arguments of one call. The result belongs to the manager of the first tensor given. */
  public final class Call {

    private final String function;
    private final NDList arguments = new NDList();

    private Call(String function) {
      this.function = function;
    }

    /** A tensor argument. */
    public Call with(NDArray tensor) {
      tensor.setName(null);
      arguments.add(tensor);
      return this;
    }

    /** A {@code List[Tensor]} argument, not empty; names are unique within a call. */
    public Call with(String listName, List<NDArray> tensors) {
      for (NDArray tensor : tensors) {
        tensor.setName(listName + "[]");
        arguments.add(tensor);
      }
      return this;
    }

    /** Runs without gradients. */
    public NDArray run() {
      return invoke(false).singletonOrThrow();
    }

    /** Runs without gradients a function that returns a list. */
    public NDList runForList() {
      return invoke(false);
    }

    /** Runs a function that takes gradients of its own inside. */
    public NDArray runWithGradients() {
      return invoke(true).singletonOrThrow();
    }

    /** The same of a function that returns a list. */
    public NDList runForListWithGradients() {
      return invoke(true);
    }

    private NDList invoke(boolean gradients) {
      PyTorch.prepareThread();
      try (NDManager scratch = manager.newSubManager()) {
        NDArray method = scratch.zeros(new Shape(1), DataType.FLOAT32);
        method.setName("module_method:" + function);
        arguments.add(method);
        return IValueUtils.forward(block, arguments, gradients);
      }
    }
  }
}
