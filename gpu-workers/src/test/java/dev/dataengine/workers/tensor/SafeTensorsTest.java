package dev.dataengine.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1,2]",
        "null",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-4,4]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9223372036854775800,9223372036854775807]}}",
        "{\"w\":{\"dtype\":\"X1\",\"shape\":[2],\"data_offsets\":[0,8]}}",
        "{\"w\":7}"
      })
  void open_headerThatDoesNotFit_isRefused(String header) throws IOException {
    byte[] json = header.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Path file = directory.resolve("a.safetensors");
    Files.write(
        file,
        java.nio.ByteBuffer.allocate(8 + json.length + 8)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .array());

    assertThatThrownBy(() -> SafeTensors.open(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a readable safetensors file");
  }
}
