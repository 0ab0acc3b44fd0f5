package dev.dataengine.workers.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.dataengine.workers.model.AdapterView;
import dev.dataengine.workers.model.LlavaModel;
import dev.dataengine.workers.tensor.Tensors;
import java.util.List;

/** An adapter in memory, ready for inference. Immutable; closed by whoever loaded it. */
public final class LoadedAdapter implements AutoCloseable {

  private final NDManager manager;
  private final AdapterView view;

  private LoadedAdapter(NDManager manager, AdapterView view) {
    this.manager = manager;
    this.view = view;
  }

  /** The base model without adapter. */
  public static LoadedAdapter none(NDManager parent, LlavaModel model) {
    NDManager manager = parent.newSubManager();
    NDArray hyper = Tensors.of(manager, new float[] {0f, 0f}, 2);
    return new LoadedAdapter(manager, new AdapterView(hyper, model.noAdapter(), model.projector()));
  }

  /** Brings an adapter's values into memory. */
  public static LoadedAdapter of(
      NDManager parent, LlavaModel model, AdapterLayout layout, float[] values) {
    NDManager manager = parent.newSubManager();
    NDArray flat = Tensors.of(manager, values, values.length);
    long[] sides = layout.shapes();
    NDArray shapes = Tensors.of(manager, sides, sides.length / 2, 2);
    NDList parts = model.functions().call("unflatten").with(flat).with(shapes).runForList();
    List<NDArray> tensors = List.copyOf(parts.subList(0, layout.lowRankSlots()));
    List<NDArray> projector = model.projector();
    if (layout.lora().projector()) {
      List<NDArray> own = parts.subList(layout.lowRankSlots(), parts.size());
      // the result joins the first argument's manager, which outlives this adapter
      NDList cast = model.functions().call("cast").with(model.like()).with("t", own).runForList();
      cast.attach(manager);
      projector = List.copyOf(cast);
    }
    NDArray hyper = Tensors.of(manager, new float[] {(float) layout.lora().scale(), 0f}, 2);
    return new LoadedAdapter(manager, new AdapterView(hyper, tensors, projector));
  }

  public AdapterView view() {
    return view;
  }

  @Override
  public void close() {
    manager.close();
  }
}
