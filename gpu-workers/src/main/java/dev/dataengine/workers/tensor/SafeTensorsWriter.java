package dev.dataengine.workers.tensor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Collects tensors and writes them as one safetensors file, in the order given. */
public final class SafeTensorsWriter {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode header = JSON.createObjectNode();
  private final List<ByteBuffer> data = new ArrayList<>();
  private long end;

  public SafeTensorsWriter() {
    // transformers and peft refuse files that do not say which framework's layout they have
    header.putObject("__metadata__").put("format", "pt");
  }

  /** Adds a float32 tensor. */
  public SafeTensorsWriter add(String name, float[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return add(name, "F32", bytes, shape);
  }

  /** Adds a tensor rounded to bfloat16. */
  public SafeTensorsWriter addBfloat16(String name, float[] values, long... shape) {
    ByteBuffer bytes = allocate(values.length * Short.BYTES);
    for (float value : values) {
      bytes.putShort(Halfs.toBfloat16(value));
    }
    return add(name, "BF16", bytes.flip(), shape);
  }

  private static ByteBuffer allocate(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private SafeTensorsWriter add(String name, String dtype, ByteBuffer bytes, long... shape) {
    ObjectNode node = header.putObject(name).put("dtype", dtype);
    for (long side : shape) {
      node.withArray("shape").add(side);
    }
    if (shape.length == 0) {
      node.putArray("shape");
    }
    node.putArray("data_offsets").add(end).add(end + bytes.remaining());
    end += bytes.remaining();
    data.add(bytes);
    return this;
  }

  /** Writes the file and forces it to the disk. */
  public void write(Path file) throws IOException {
    String json = header.toString();
    // data starts at a multiple of 8, as the format's own writer has it
    byte[] head =
        (json + " ".repeat((8 - json.getBytes(StandardCharsets.UTF_8).length % 8) % 8))
            .getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer length = allocate(Long.BYTES).putLong(head.length).flip();
      writeAll(channel, length);
      writeAll(channel, ByteBuffer.wrap(head));
      for (ByteBuffer bytes : data) {
        writeAll(channel, bytes.duplicate());
      }
      channel.force(true);
    }
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
