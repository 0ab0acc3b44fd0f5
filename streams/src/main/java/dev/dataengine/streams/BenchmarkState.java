package dev.dataengine.streams;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;

/**
 * Where a benchmark stands.
 *
 * @param versions the newest versions that were seen
 * @param previous weights of the version before the newest, as they stood when the newest began;
 *     they stay, so that its late results move nothing
 * @param sequence of the last update; 0 before the first
 * @param updatedAt when that was written, in milliseconds since 1970
 * @param strategy that made it
 * @param version that it is about
 * @param probabilities that it told
 */
record BenchmarkState(
    Versions versions,
    Map<String, Double> previous,
    long sequence,
    long updatedAt,
    String strategy,
    long version,
    Map<String, Double> probabilities) {

  static final BenchmarkState NEW =
      new BenchmarkState(Versions.NONE, Map.of(), 0, 0, "", 0, Map.of());

  static final Serde<BenchmarkState> SERDE =
      CompactSerde.of("benchmark state", 1, BenchmarkState::write, BenchmarkState::read);

  BenchmarkState {
    previous = Map.copyOf(previous);
    probabilities = Map.copyOf(probabilities);
  }

  BenchmarkState with(Versions now) {
    return new BenchmarkState(now, previous, sequence, updatedAt, strategy, version, probabilities);
  }

  /** The same as a newer version begins: what the newest had reached becomes the past. */
  BenchmarkState with(Versions now, Map<String, Double> reached) {
    return new BenchmarkState(now, reached, sequence, updatedAt, strategy, version, probabilities);
  }

  /** The same after an update was written. */
  BenchmarkState told(Weighed weighed, long now) {
    return new BenchmarkState(
        versions,
        previous,
        sequence + 1,
        now,
        weighed.strategy(),
        weighed.version(),
        weighed.probabilities());
  }

  private static void write(BenchmarkState state, DataOutputStream out) throws IOException {
    byte[] versions = Versions.SERDE.serializer().serialize("", state.versions());
    out.writeInt(versions.length);
    out.write(versions);
    write(state.previous(), out);
    out.writeLong(state.sequence());
    out.writeLong(state.updatedAt());
    out.writeUTF(state.strategy());
    out.writeLong(state.version());
    write(state.probabilities(), out);
  }

  private static BenchmarkState read(DataInputStream in) throws IOException {
    Versions versions = Versions.SERDE.deserializer().deserialize("", in.readNBytes(in.readInt()));
    return new BenchmarkState(
        versions,
        readMap(in),
        in.readLong(),
        in.readLong(),
        in.readUTF(),
        in.readLong(),
        readMap(in));
  }

  private static void write(Map<String, Double> map, DataOutputStream out) throws IOException {
    out.writeInt(map.size());
    for (Map.Entry<String, Double> entry : new TreeMap<>(map).entrySet()) {
      out.writeUTF(entry.getKey());
      out.writeDouble(entry.getValue());
    }
  }

  private static Map<String, Double> readMap(DataInputStream in) throws IOException {
    Map<String, Double> map = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      map.put(in.readUTF(), in.readDouble());
    }
    return map;
  }
}
