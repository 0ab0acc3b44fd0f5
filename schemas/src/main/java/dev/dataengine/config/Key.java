package dev.dataengine.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The definition of a key of the configuration, on the record component that holds its value. Its
 * name is the component's in kebab-case, its type the component's, its default what the record's
 * {@code defaults()} says; everything else stands here, and nowhere else: checks, messages and the
 * reference page come from it. Records call {@link Keys#check} in their compact constructor, before
 * rules that concern several keys.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {

  /** What it is for, with its unit; of a group, what belongs to it. Markdown, one line. */
  String doc();

  /**
   * Numbers that are allowed, as the user is told: {@code 0..65535}, {@code >= 1}, {@code > 0 and <
   * 1}. Of a map, what its values may be. NaN is never allowed.
   */
  String range() default "";

  /** Texts that are allowed; of a list, what its elements may be. */
  String[] oneOf() default {};

  /** A regular expression that the whole text matches. */
  String pattern() default "";

  /** The pattern in the user's words. */
  String expected() default "";

  /** What holds where the value is left empty, for the reference page. */
  String empty() default "";

  /** Never shown, whatever its name is. */
  boolean secret() default false;
}
