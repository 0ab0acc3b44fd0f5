package dev.dataengine.streams;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what {@link CompactOutput} wrote. Bytes that end early or make no sense throw {@link
 * IndexOutOfBoundsException} or {@link IllegalArgumentException}, which {@link CompactSerde}
 * explains.
 */
final class CompactInput {

  private final byte[] bytes;
  private int at;

  CompactInput(byte[] bytes) {
    this.bytes = bytes;
  }

  int left() {
    return bytes.length - at;
  }

  int octet() {
    return bytes[at++] & 0xFF;
  }

  boolean flag() {
    return octet() != 0;
  }

  long number() {
    long zigzag = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int octet = octet();
      zigzag |= (long) (octet & 0x7F) << shift;
      if (octet < 0x80) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than ten bytes");
  }

  double real() {
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits = (bits << 8) | octet();
    }
    return Double.longBitsToDouble(bits);
  }

  String text() {
    int length = length();
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  byte[] octets() {
    int length = length();
    byte[] value = java.util.Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  /** All that is left. */
  byte[] rest() {
    byte[] value = java.util.Arrays.copyOfRange(bytes, at, bytes.length);
    at = bytes.length;
    return value;
  }

  List<String> texts() {
    List<String> texts = new ArrayList<>(1);
    for (long more = number(); more > 0; more--) {
      texts.add(text());
    }
    return texts;
  }

  private int length() {
    long length = number();
    if (length < 0 || length > left()) {
      throw new IllegalArgumentException(
          "a length of " + length + " with " + left() + " bytes left");
    }
    return (int) length;
  }
}
