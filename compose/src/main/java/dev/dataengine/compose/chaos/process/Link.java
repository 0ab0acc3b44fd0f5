package dev.dataengine.compose.chaos.process;

/**
 * The way from a service to what it stands on.
 *
 * @param service name of the service
 * @param part the other end
 */
public record Link(String service, Part part) {

  /** What services stand on. */
  public enum Part {
    BROKER,
    REGISTRY
  }
}
