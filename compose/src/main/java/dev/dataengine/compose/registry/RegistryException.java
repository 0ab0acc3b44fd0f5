package dev.dataengine.compose.registry;

/** An answer that is no success, with Confluent's error code. */
final class RegistryException extends Exception {

  private static final long serialVersionUID = 1L;

  private final int code;

  RegistryException(int code, String message) {
    super(message);
    this.code = code;
  }

  /** Confluent's code: the HTTP status alone, or followed by two digits. */
  int code() {
    return code;
  }

  int httpStatus() {
    return code > 999 ? code / 100 : code;
  }

  static RegistryException subjectNotFound(String subject) {
    return new RegistryException(40401, "Subject '" + subject + "' not found.");
  }

  static RegistryException versionNotFound(Object version) {
    return new RegistryException(40402, "Version " + version + " not found.");
  }

  static RegistryException schemaNotFound(Object what) {
    return new RegistryException(40403, "Schema " + what + " not found");
  }

  static RegistryException invalidSchema(String why) {
    return new RegistryException(42201, "Invalid schema: " + why);
  }

  static RegistryException invalidVersion(String version) {
    return new RegistryException(
        42202,
        "The specified version '"
            + version
            + "' is not a valid version id. Allowed values are between [1, 2^31-1] and the string"
            + " \"latest\"");
  }

  static RegistryException invalidCompatibility(Object level) {
    return new RegistryException(42203, "Invalid compatibility level: '" + level + "'");
  }
}
