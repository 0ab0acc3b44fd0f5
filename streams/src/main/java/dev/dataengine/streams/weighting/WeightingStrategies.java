package dev.dataengine.streams.weighting;

import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleFunction;

/** The strategies by name: the built-in ones and those that the class path provides. */
public final class WeightingStrategies {

  private WeightingStrategies() {}

  /**
   * @throws IllegalArgumentException where no strategy has that name
   */
  public static WeightingStrategy named(String name, double kappa) {
    DoubleFunction<? extends WeightingStrategy> factory = factories().get(name);
    if (factory == null) {
      throw new IllegalArgumentException(
          "strategy: expected one of " + names() + ", got '" + name + "'");
    }
    return factory.apply(kappa);
  }

  public static SortedSet<String> names() {
    return new TreeSet<>(factories().keySet());
  }

  private static SortedMap<String, DoubleFunction<? extends WeightingStrategy>> factories() {
    SortedMap<String, DoubleFunction<? extends WeightingStrategy>> factories = new TreeMap<>();
    for (WeightingStrategyFactory found : ServiceLoader.load(WeightingStrategyFactory.class)) {
      factories.put(found.name(), found::create);
    }
    factories.put(Smoothed.NAME, Smoothed::new);
    factories.put(ErrorRate.NAME, kappa -> new ErrorRate());
    return factories;
  }
}
