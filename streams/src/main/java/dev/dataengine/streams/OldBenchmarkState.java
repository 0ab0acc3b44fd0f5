package dev.dataengine.streams;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;

/**
 * The state of a benchmark as it was written before weights were those of a model too, in fields of
 * {@link java.io.DataOutputStream}. Its sums and answers are counted anew from the results; what is
 * taken over is the sequence of the updates, which must not begin again.
 */
final class OldBenchmarkState {

  private OldBenchmarkState() {}

  static PairState read(CompactInput input) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(input.rest()))) {
      skipFully(in, in.readInt()); // the versions that were kept
      skipMap(in); // what the newest one started from
      long sequence = in.readLong();
      long updatedAt = in.readLong();
      in.readUTF(); // the strategy, version and probabilities that were told
      in.readLong();
      skipMap(in);
      if (in.available() > 0) {
        throw new IllegalArgumentException(in.available() + " bytes more than the fields");
      }
      return new PairState(
          Map.of(),
          -1,
          0,
          Collections.emptySortedSet(),
          new PairState.Told(sequence, updatedAt, "", -1, false, Map.of()));
    } catch (IOException e) {
      throw new IllegalArgumentException("fields that end early", e);
    }
  }

  private static void skipMap(DataInputStream in) throws IOException {
    for (int left = in.readInt(); left > 0; left--) {
      in.readUTF();
      in.readDouble();
    }
  }

  private static void skipFully(DataInputStream in, int length) throws IOException {
    if (in.readNBytes(length).length < length) {
      throw new IllegalArgumentException("fields that end early");
    }
  }
}
