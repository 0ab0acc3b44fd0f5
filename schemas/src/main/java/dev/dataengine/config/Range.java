package dev.dataengine.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Numbers that a key allows, as {@link Key#range} writes them: all of the bounds hold. */
record Range(List<Bound> bounds) {

  private static final Pattern BETWEEN = Pattern.compile("(-?[0-9.eE-]+?)\\.\\.(-?[0-9.eE-]+)");
  private static final Pattern SIDE = Pattern.compile("(>=|>|<=|<) (-?[0-9.eE-]+)");

  private record Bound(String operator, double limit) {

    boolean allows(double value) {
      return switch (operator) {
        case ">=" -> value >= limit;
        case ">" -> value > limit;
        case "<=" -> value <= limit;
        default -> value < limit;
      };
    }
  }

  /**
   * @throws IllegalArgumentException where the text is no range
   */
  static Range parse(String text) {
    return new Range(Stream.of(text.split(" and ", -1)).flatMap(Range::bounds).toList());
  }

  private static Stream<Bound> bounds(String text) {
    Matcher between = BETWEEN.matcher(text);
    if (between.matches()) {
      return Stream.of(
          new Bound(">=", Double.parseDouble(between.group(1))),
          new Bound("<=", Double.parseDouble(between.group(2))));
    }
    Matcher side = SIDE.matcher(text);
    if (!side.matches()) {
      throw new IllegalArgumentException("no range: '" + text + "'");
    }
    return Stream.of(new Bound(side.group(1), Double.parseDouble(side.group(2))));
  }

  /** Never true for NaN or an infinite number. */
  boolean allows(double value) {
    return Double.isFinite(value) && bounds.stream().allMatch(bound -> bound.allows(value));
  }
}
