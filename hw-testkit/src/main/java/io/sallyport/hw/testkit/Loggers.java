package io.sallyport.hw.testkit;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.function.Consumer;
import org.osgi.service.log.Logger;

/** Loggers for tests. */
public final class Loggers {
  private Loggers() {}

  /** One that says nothing. */
  public static Logger quiet() {
    return to(line -> {});
  }

  /** One that gives each message, with its arguments, to this sink. */
  public static Logger to(Consumer<String> sink) {
    return (Logger)
        Proxy.newProxyInstance(
            Logger.class.getClassLoader(),
            new Class<?>[] {Logger.class},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == boolean.class) {
                return true;
              }
              if (method.getReturnType() == String.class) {
                return "test";
              }
              sink.accept(method.getName() + " " + Arrays.deepToString(arguments));
              return null;
            });
  }
}
