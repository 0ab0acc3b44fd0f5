package dev.dataengine.benchmark;

/** A benchmark's directory is not as it must be; the message says where, what and what to do. */
public final class BenchmarkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public BenchmarkException(String message, Throwable cause) {
    super(message, cause);
  }

  public BenchmarkException(String message) {
    super(message);
  }
}
