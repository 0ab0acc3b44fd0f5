package dev.dataengine.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeMemoryTest {

  private static final int ARRAYS = 2_000;
  private static final int BYTES = 100_000; // below what malloc takes from the system by mmap

  @Test
  void trim_manyTensorsFreedBelowOneThatStays_givesTheirPagesBack() throws IOException {
    PyTorch.start();
    try (NDManager manager = NDManager.newBaseManager()) {
      List<NDArray> arrays = new ArrayList<>();
      for (int i = 0; i < ARRAYS; i++) {
        arrays.add(manager.ones(new Shape(BYTES / 4)));
      }
      arrays.subList(0, ARRAYS - 1).forEach(NDArray::close);
      NativeMemory.trim();
      long free = resident();

      assertThat(arrays.get(ARRAYS - 1).getFloat(0)).isEqualTo(1);
      assertThat(filled() - free).isGreaterThan((long) ARRAYS * BYTES / 2);
    }
  }

  /** Resident memory with the same arrays again, all at once. */
  private static long filled() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int i = 0; i < ARRAYS; i++) {
        manager.ones(new Shape(BYTES / 4));
      }
      return resident();
    }
  }

  private static long resident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new AssertionError("no VmRSS");
  }
}
