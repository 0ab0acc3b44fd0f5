package dev.dataengine.serde;

import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/** Avro makes objects of trusted classes only; this trusts the events. */
public final class EventClasses {

  private static final String PACKAGE = "dev.dataengine.events";

  private EventClasses() {}

  /**
   * Adds the events to what this process' Avro trusts; more calls change nothing. Every {@link
   * EventSerde} does it, so it is needed only where events are built without one.
   */
  public static synchronized void trust() {
    ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();
    if (!(before instanceof Trusted)) {
      ClassSecurityValidator.setGlobal(new Trusted(before));
    }
  }

  private record Trusted(ClassSecurityPredicate others) implements ClassSecurityPredicate {

    @Override
    public boolean isTrusted(Class<?> type) {
      return type.getPackageName().equals(PACKAGE) || others.isTrusted(type);
    }
  }
}
