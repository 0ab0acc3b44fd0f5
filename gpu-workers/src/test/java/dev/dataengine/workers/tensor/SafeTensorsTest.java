package dev.dataengine.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {

  @TempDir Path directory;

  @Test
  void open_whatWasWritten_hasNamesShapesAndValues() throws IOException {
    Path file = directory.resolve("a.safetensors");
    float[] values = {1f, -2.5f, 3.14159f, 0f, -0f, 1e-30f};

    new SafeTensorsWriter()
        .add("exact", values, 2, 3)
        .addBfloat16("rounded", values, 6)
        .write(file);
    SafeTensors read = SafeTensors.open(file);

    assertThat(read.metadata()).containsEntry("format", "pt");
    assertThat(read.entry("exact").shape()).containsExactly(2, 3);
    assertThat(read.entry("exact").floats()).isEqualTo(values);
    float[] rounded = read.entry("rounded").floats();
    assertThat(rounded[2]).isEqualTo(3.140625f);
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(rounded[i] - values[i])).isLessThanOrEqualTo(Math.abs(values[i]) / 256);
    }
  }

  @Test
  void open_truncatedFile_isRefusedWithTheTensor() throws IOException {
    Path file = directory.resolve("a.safetensors");
    new SafeTensorsWriter().add("weight", new float[100], 100).write(file);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));

    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a readable safetensors file: tensor 'weight' of 100 values");
  }

  @Test
  void open_anotherKindOfFile_isRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("a.safetensors"), "PK\3\4 not safetensors");

    assertThatThrownBy(() -> SafeTensors.open(file))
        .hasMessageContaining("not a readable safetensors file: header length");
  }

  @Test
  void floats_halfPrecision_isWidenedExactly() {
    assertThat(Halfs.toFloat((short) 0x3c00)).isEqualTo(1f);
    assertThat(Halfs.toFloat((short) 0xc000)).isEqualTo(-2f);
    assertThat(Halfs.toFloat((short) 0x7bff)).isEqualTo(65504f);
    assertThat(Halfs.toFloat((short) 0x0001)).isEqualTo(0x1p-24f);
    assertThat(Halfs.toFloat((short) 0x7c00)).isInfinite();
    assertThat(Halfs.toFloat((short) 0x7e00)).isNaN();
  }

  @Test
  void toBfloat16_tie_roundsToEven() {
    assertThat(Halfs.toBfloat16(Float.intBitsToFloat(0x3f808000))).isEqualTo((short) 0x3f80);
    assertThat(Halfs.toBfloat16(Float.intBitsToFloat(0x3f818000))).isEqualTo((short) 0x3f82);
  }
}
