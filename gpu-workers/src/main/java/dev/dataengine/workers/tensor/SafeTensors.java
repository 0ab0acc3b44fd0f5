package dev.dataengine.workers.tensor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of one safetensors file: 8 bytes of header length, a JSON header, then the data. The
 * file is mapped, a window for each tensor, so its size is bounded by the address space; each
 * tensor by 2 GiB.
 *
 * @param metadata the header's {@code __metadata__}
 * @param tensors by name
 */
public record SafeTensors(Map<String, String> metadata, Map<String, Entry> tensors) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LARGEST_HEADER = 100_000_000;

  /** In bytes, what one window of a mapped file takes. */
  private static final long LARGEST_TENSOR = Integer.MAX_VALUE;

  /**
   * One tensor.
   *
   * @param dtype as safetensors names it: F32, F16, BF16, …
   * @param shape its sides
   * @param bytes the values, little-endian
   */
  public record Entry(String dtype, long[] shape, ByteBuffer bytes) {

    /**
     * The values as float32; exact but for those of F64, which are rounded to the nearest.
     *
     * @throws IllegalArgumentException where the dtype is no floating point of 16 bits or more
     */
    public float[] floats() {
      ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      switch (dtype) {
        case "F32" -> {
          float[] values = new float[in.remaining() / Float.BYTES];
          in.asFloatBuffer().get(values);
          return values;
        }
        case "BF16" -> {
          float[] values = new float[in.remaining() / Short.BYTES];
          for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(in.getShort() << 16);
          }
          return values;
        }
        case "F16" -> {
          float[] values = new float[in.remaining() / Short.BYTES];
          for (int i = 0; i < values.length; i++) {
            values[i] = Halfs.toFloat(in.getShort());
          }
          return values;
        }
        case "F64" -> {
          float[] values = new float[in.remaining() / Double.BYTES];
          for (int i = 0; i < values.length; i++) {
            values[i] = (float) in.getDouble();
          }
          return values;
        }
        default ->
            throw new IllegalArgumentException(
                "dtype: expected F32, F16, BF16 or F64, got " + dtype);
      }
    }
  }

  /**
   * Maps a file.
   *
   * @throws IOException where the file is missing or is no safetensors file; the message says which
   */
  public static SafeTensors open(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size < 8) {
        throw refused(file, "expected at least 8 bytes, got " + size);
      }
      long headerLength =
          channel.map(FileChannel.MapMode.READ_ONLY, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (headerLength < 2 || headerLength > Math.min(LARGEST_HEADER, size - 8)) {
        throw refused(file, "header length " + headerLength + " in a file of " + size + " bytes");
      }
      byte[] header = new byte[(int) headerLength];
      channel.map(FileChannel.MapMode.READ_ONLY, 8, headerLength).get(header);
      return parse(file, channel, json(file, header), 8 + headerLength);
    }
  }

  private static JsonNode json(Path file, byte[] header) throws IOException {
    try {
      JsonNode json = JSON.readTree(header);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw new IOException(refused(file, "its header is no JSON").getMessage(), e);
    }
    throw refused(file, "its header is no JSON object");
  }

  /**
   * The tensor of a name.
   *
   * @throws IllegalArgumentException where the file has none
   */
  public Entry entry(String name) {
    Entry entry = tensors.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("expected a tensor '" + name + "', found none");
    }
    return entry;
  }

  private static SafeTensors parse(Path file, FileChannel channel, JsonNode header, long dataStart)
      throws IOException {
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, Entry> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().equals("__metadata__")) {
        field.getValue().properties().forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
      } else {
        tensors.put(
            field.getKey(), entry(file, channel, field.getKey(), field.getValue(), dataStart));
      }
    }
    return new SafeTensors(metadata, tensors);
  }

  private static Entry entry(
      Path file, FileChannel channel, String name, JsonNode node, long dataStart)
      throws IOException {
    long[] shape = shape(file, name, node.path("shape"));
    long count = 1;
    for (long side : shape) {
      // neither factor exceeds the largest tensor, so the product is one that long holds
      count = Math.min(LARGEST_TENSOR + 1, count * Math.min(side, LARGEST_TENSOR + 1));
    }
    long begin = node.path("data_offsets").path(0).asLong(-1);
    long end = node.path("data_offsets").path(1).asLong(-1);
    String dtype = node.path("dtype").asText();
    long width = width(file, name, dtype);
    if (begin < 0
        || end < begin
        || end > channel.size() - dataStart
        || end - begin != count * width
        || end - begin > LARGEST_TENSOR) {
      throw refused(
          file,
          "tensor '%s' of %d values of %d bytes at [%d, %d)"
              .formatted(name, count, width, begin, end));
    }
    MappedByteBuffer bytes =
        channel.map(FileChannel.MapMode.READ_ONLY, dataStart + begin, end - begin);
    return new Entry(dtype, shape, bytes.order(ByteOrder.LITTLE_ENDIAN));
  }

  private static long[] shape(Path file, String name, JsonNode sides) throws IOException {
    long[] shape = new long[sides.size()];
    for (int i = 0; i < shape.length; i++) {
      JsonNode side = sides.get(i);
      if (!side.canConvertToLong() || !side.isIntegralNumber() || side.asLong() < 0) {
        throw refused(file, "tensor '" + name + "' has the shape " + sides);
      }
      shape[i] = side.asLong();
    }
    return shape;
  }

  private static long width(Path file, String name, String dtype) throws IOException {
    return switch (dtype) {
      case "F64", "I64", "U64" -> 8;
      case "F32", "I32", "U32" -> 4;
      case "F16", "BF16", "I16", "U16" -> 2;
      case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2" -> 1;
      default -> throw refused(file, "tensor '" + name + "' has the unknown dtype '" + dtype + "'");
    };
  }

  private static IOException refused(Path file, String what) {
    return new IOException(file + ": not a readable safetensors file: " + what);
  }
}
