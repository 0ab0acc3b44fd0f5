package dev.dataengine.workers.adapter;

import dev.dataengine.workers.model.LlavaConfig;
import dev.dataengine.workers.tensor.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads {@code adapter_model.safetensors} into an adapter's vector. A projection that has no
 * tensors in some layer gets zeros there, which add nothing.
 *
 * @param file where the tensors are
 * @param config what they are
 * @param model that they are for
 */
record PeftTensors(Path file, PeftConfig config, LlavaConfig model) {

  PeftFiles.Adapter read() throws IOException {
    SafeTensors tensors = SafeTensors.open(file);
    Set<String> names = tensors.tensors().keySet();
    AdapterLayout layout = new AdapterLayout(model, config.lora(adapted(names)));
    refuseOthers(names, layout);
    List<String> everywhere = config.listedForEveryLayer();
    float[] values = new float[layout.size()];
    int at = 0;
    for (AdapterLayout.Slot slot : layout.slots()) {
      boolean may = slot.size() == 0 || (isLeftOut(slot, names) && !isOf(slot, everywhere));
      if (!may) {
        float[] part = values(tensors, slot);
        System.arraycopy(part, 0, values, at, part.length);
      }
      at += slot.size();
    }
    return new PeftFiles.Adapter(layout, values);
  }

  /** The projections that have a tensor in any layer, in the order of the mathematics. */
  private List<String> adapted(Set<String> names) throws IOException {
    List<String> adapted = new ArrayList<>();
    for (String module : LoraConfig.MODULES) {
      if (names.stream().anyMatch(name -> isOf(name, module))
          || config.listedForEveryLayer().contains(module)) {
        adapted.add(module);
      }
    }
    if (adapted.isEmpty()) {
      throw new IOException(
          "%s: expected tensors of some of %s, got %s"
              .formatted(file, LoraConfig.MODULES, names.stream().sorted().limit(3).toList()));
    }
    return adapted;
  }

  private static boolean isOf(String name, String module) {
    return name.contains("." + module + ".lora_");
  }

  private static boolean isOf(AdapterLayout.Slot slot, List<String> modules) {
    return modules.stream().anyMatch(module -> isOf(slot.name(), module));
  }

  /** Whether neither of a projection's two tensors is there. */
  private static boolean isLeftOut(AdapterLayout.Slot slot, Set<String> names) {
    return slot.name().contains(".lora_")
        && !names.contains(slot.name().replace(".lora_B.", ".lora_A."))
        && !names.contains(slot.name().replace(".lora_A.", ".lora_B."));
  }

  private void refuseOthers(Set<String> names, AdapterLayout layout) throws IOException {
    Set<String> others = new TreeSet<>(names);
    layout.slots().forEach(slot -> others.remove(slot.name()));
    if (!others.isEmpty()) {
      throw new IOException(
          "%s: expected tensors of the decoder and the projector only, got '%s'"
              .formatted(file, others.iterator().next()));
    }
  }

  private float[] values(SafeTensors tensors, AdapterLayout.Slot slot) throws IOException {
    long[] expected =
        slot.columns() == 0 ? new long[] {slot.rows()} : new long[] {slot.rows(), slot.columns()};
    SafeTensors.Entry entry = tensors.tensors().get(slot.name());
    if (entry == null) {
      throw refused(slot, "shape " + Arrays.toString(expected), "none");
    }
    if (!Arrays.equals(entry.shape(), expected)) {
      throw refused(slot, "shape " + Arrays.toString(expected), Arrays.toString(entry.shape()));
    }
    float[] values;
    try {
      values = entry.floats();
    } catch (IllegalArgumentException e) {
      throw new IOException("%s: tensor '%s': %s".formatted(file, slot.name(), e.getMessage()), e);
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw refused(slot, "finite numbers", values[i] + " at " + i);
      }
    }
    return values;
  }

  private IOException refused(AdapterLayout.Slot slot, String expected, String got) {
    return new IOException(
        "%s: tensor '%s': expected %s, got %s".formatted(file, slot.name(), expected, got));
  }
}
