package dev.dataengine.compose.chaos.proxy;

import java.time.Duration;
import java.util.Arrays;

/** How a proxy treats the connections through it, those that are open and those that come. */
public sealed interface Behaviour {

  /** As if the proxy were not there. */
  record Pass() implements Behaviour {}

  /** Nothing listens: open connections are reset, new ones refused. */
  record Refuse() implements Behaviour {}

  /**
   * Accepts connections and what is sent on them, and moves nothing. What was sent arrives late,
   * when the behaviour changes, also where its sender has given up meanwhile.
   */
  record Hang() implements Behaviour {}

  /** What is sent arrives so much later. */
  record Delay(Duration by) implements Behaviour {}

  /** Moves so many bytes a second, each way of each connection. */
  record Slow(int bytesPerSecond) implements Behaviour {
    public Slow {
      if (bytesPerSecond < 1) {
        throw new IllegalArgumentException(
            "bytesPerSecond: expected at least 1, got " + bytesPerSecond);
      }
    }
  }

  /** Lets so many bytes of an answer through, then resets the connection. */
  record Half(int bytes) implements Behaviour {}

  /** Answers itself what a client sends first, and closes: for example an HTTP error. */
  record Answer(byte[] bytes) implements Behaviour {
    public Answer {
      bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Answer answer && Arrays.equals(bytes, answer.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }
}
