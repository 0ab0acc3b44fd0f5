package dev.dataengine.workers.adapter;

import dev.dataengine.workers.model.LlavaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The tensors of an adapter in one vector: for every decoder layer and every module A [R,in] and B
 * [out,R], then the projector's four weights where it is trained. Modules that are not adapted have
 * empty tensors, so that places are fixed.
 */
public final class AdapterLayout {

  /**
   * One tensor.
   *
   * @param name in PEFT's file; empty for one that is empty
   * @param rows first side
   * @param columns second side, 0 for a vector
   */
  public record Slot(String name, int rows, int columns) {
    public int size() {
      return columns == 0 ? rows : rows * columns;
    }

    boolean isA() {
      return name.endsWith("lora_A.weight");
    }
  }

  private static final String ROOT = "base_model.model.model.";

  private final LoraConfig lora;
  private final List<Slot> slots;

  public AdapterLayout(LlavaConfig model, LoraConfig lora) {
    this.lora = lora;
    this.slots = slots(model, lora);
  }

  private static List<Slot> slots(LlavaConfig model, LoraConfig lora) {
    List<Slot> slots = new ArrayList<>();
    for (int layer = 0; layer < model.text().layers(); layer++) {
      for (String module : LoraConfig.MODULES) {
        if (lora.targets().contains(module)) {
          String name = ROOT + "language_model.layers." + layer + "." + path(module);
          slots.add(new Slot(name + ".lora_A.weight", lora.rank(), inputs(module, model.text())));
          slots.add(new Slot(name + ".lora_B.weight", outputs(module, model.text()), lora.rank()));
        } else {
          slots.add(new Slot("", 0, 0));
          slots.add(new Slot("", 0, 0));
        }
      }
    }
    if (lora.projector()) {
      String name = ROOT + "multi_modal_projector.linear_";
      int width = model.text().hiddenSize();
      slots.add(new Slot(name + "1.weight", width, model.vision().hiddenSize()));
      slots.add(new Slot(name + "1.bias", width, 0));
      slots.add(new Slot(name + "2.weight", width, width));
      slots.add(new Slot(name + "2.bias", width, 0));
    }
    return slots;
  }

  private static String path(String module) {
    return (List.of("gate_proj", "up_proj", "down_proj").contains(module) ? "mlp." : "self_attn.")
        + module;
  }

  private static int inputs(String module, LlavaConfig.Text text) {
    return switch (module) {
      case "o_proj" -> text.heads() * text.headWidth();
      case "down_proj" -> text.intermediateSize();
      default -> text.hiddenSize();
    };
  }

  private static int outputs(String module, LlavaConfig.Text text) {
    return switch (module) {
      case "q_proj" -> text.heads() * text.headWidth();
      case "k_proj", "v_proj" -> text.keyValueHeads() * text.headWidth();
      case "gate_proj", "up_proj" -> text.intermediateSize();
      default -> text.hiddenSize();
    };
  }

  public LoraConfig lora() {
    return lora;
  }

  /** Every tensor in order, empty ones too. */
  public List<Slot> slots() {
    return slots;
  }

  /** Slots of the low-rank tensors; those of the projector follow them. */
  public int lowRankSlots() {
    return lora.projector() ? slots.size() - 4 : slots.size();
  }

  /** Length of the vector. */
  public int size() {
    return slots.stream().mapToInt(Slot::size).sum();
  }

  /**
   * An adapter that changes nothing yet: A uniform within 1 / sqrt(in) as PEFT draws it, B zero.
   *
   * @param projector the base model's projector weights in order, used where it is trained
   */
  public float[] initial(long seed, List<float[]> projector) {
    Random random = new Random(seed);
    float[] values = new float[size()];
    int at = 0;
    int projectorTensor = 0;
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      if (i >= lowRankSlots()) {
        System.arraycopy(projector.get(projectorTensor++), 0, values, at, slot.size());
      } else if (slot.isA()) {
        float bound = (float) (1 / Math.sqrt(slot.columns()));
        for (int k = 0; k < slot.size(); k++) {
          values[at + k] = bound * (2 * random.nextFloat() - 1);
        }
      }
      at += slot.size();
    }
    return values;
  }

  /** Sides of every slot, [slots,2], as TorchScript's unflatten takes them. */
  public long[] shapes() {
    long[] shapes = new long[2 * slots.size()];
    for (int i = 0; i < slots.size(); i++) {
      shapes[2 * i] = slots.get(i).rows();
      shapes[2 * i + 1] = slots.get(i).columns();
    }
    return shapes;
  }
}
