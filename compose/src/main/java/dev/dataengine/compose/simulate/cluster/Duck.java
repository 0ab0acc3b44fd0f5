package dev.dataengine.compose.simulate.cluster;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's client interfaces have some fifty methods each, of which our services call a dozen. This
 * makes an interface of an object that has those; a call of any other says so by its name.
 */
final class Duck {
  private Duck() {}

  static <T> T as(Class<T> type, Object target, Runnable atEachCall) {
    return type.cast(
        Proxy.newProxyInstance(
            Duck.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              // what is closed may be closed by one that is dead: it reaches nothing
              if (!method.getName().equals("close")) {
                atEachCall.run();
              }
              return call(target, method, arguments);
            }));
  }

  private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Method found;
    try {
      found = target.getClass().getMethod(method.getName(), method.getParameterTypes());
    } catch (NoSuchMethodException e) {
      throw new UnsupportedOperationException(
          target.getClass().getSimpleName() + " does not simulate " + method, e);
    }
    try {
      return found.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
