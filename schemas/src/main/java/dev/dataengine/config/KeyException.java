package dev.dataengine.config;

/** A value that its key does not allow. */
public final class KeyException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final String key;
  private final String problem;

  /**
   * @param key within its record, kebab-case
   * @param problem what was expected and what came, a secret left out
   */
  public KeyException(String key, String problem) {
    super(key + ": " + problem);
    this.key = key;
    this.problem = problem;
  }

  String key() {
    return key;
  }

  String problem() {
    return problem;
  }
}
