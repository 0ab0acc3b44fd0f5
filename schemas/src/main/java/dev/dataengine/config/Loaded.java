package dev.dataengine.config;

import java.util.Map;
import java.util.Optional;

/**
 * A configuration, and where each key was set that did not keep its default.
 *
 * @param places by key: {@code dataengine.yaml:3}, {@code environment DATAENGINE_DATA}, {@code
 *     --set data}
 */
public record Loaded<T extends Record>(T config, Map<String, String> places) {

  public Loaded {
    places = Map.copyOf(places);
  }

  /** Where the key was set; empty where it has its default. */
  public Optional<String> place(String key) {
    return Optional.ofNullable(places.get(key));
  }

  /** The key with where its value is from, for messages: {@code data, dataengine.yaml:3}. */
  public String origin(String key) {
    String place = place(key).orElse("the default");
    return place.contains(key) ? place : key + ", " + place;
  }

  /**
   * Refuses a key that was set although another one takes its place here, so that nobody believes
   * in a value that nothing reads.
   *
   * @param key that has no effect
   * @param by what has, where that is another key
   * @param instead what the user is to do
   */
  public void refuse(String key, Optional<String> by, String instead) {
    if (place(key).isPresent() && by.map(places::containsKey).orElse(true)) {
      throw new ConfigException(
          place(key).orElse("")
              + ": "
              + key
              + " has no effect"
              + by.map(other -> " beside " + other + ", set by " + places.get(other)).orElse("")
              + "; "
              + instead);
    }
  }
}
