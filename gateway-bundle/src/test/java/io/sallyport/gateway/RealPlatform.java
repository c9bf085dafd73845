package io.sallyport.gateway;

import io.sallyport.core.osgi.Platform;
import io.sallyport.core.osgi.StacksOfBundle;
import io.sallyport.tls.Tls;
import io.sallyport.tls.stack.TlsStackOps;
import io.sallyport.tls.stack.TlsStacks;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.ComponentContext;
import org.osgi.service.log.Logger;

/** The core with one stack, without a framework around it. */
final class RealPlatform {
  private final Platform platform;
  private final TlsStacks stacks;

  RealPlatform(TlsStackOps stack) throws Exception {
    Constructor<?> constructor = Platform.class.getConstructors()[0];
    Class<?> settings = constructor.getParameterTypes()[2];
    ClassLoader loader = RealPlatform.class.getClassLoader();
    platform =
        (Platform)
            constructor.newInstance(
                Proxy.newProxyInstance(
                    loader,
                    new Class<?>[] {Logger.class},
                    (proxy, method, arguments) ->
                        method.getReturnType() == boolean.class ? false : null),
                Proxy.newProxyInstance(
                    loader,
                    new Class<?>[] {BundleContext.class},
                    (proxy, method, arguments) -> null),
                Proxy.newProxyInstance(
                    settings.getClassLoader(),
                    new Class<?>[] {settings},
                    (proxy, method, arguments) -> method.getDefaultValue()));
    stacks = new StacksOfBundle(platform, usedByTheProgramThatEmbedsTheFramework(loader));
    stacks.register(stack);
  }

  private static ComponentContext usedByTheProgramThatEmbedsTheFramework(ClassLoader loader) {
    Object system =
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {Bundle.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getBundleId" -> Constants.SYSTEM_BUNDLE_ID;
                  case "hashCode" -> 0;
                  case "equals" -> proxy == arguments[0];
                  default -> null;
                });
    return (ComponentContext)
        Proxy.newProxyInstance(
            loader,
            new Class<?>[] {ComponentContext.class},
            (proxy, method, arguments) ->
                method.getName().equals("getUsingBundle") ? system : null);
  }

  Tls tls() {
    return platform;
  }

  TlsStacks stacks() {
    return stacks;
  }

  void close() throws Exception {
    Method deactivate = Platform.class.getDeclaredMethod("deactivate");
    deactivate.setAccessible(true);
    deactivate.invoke(platform);
  }
}
