package io.sallyport.core.osgi;

import io.sallyport.core.registry.Origin;
import io.sallyport.tls.stack.TlsStackOps;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/**
 * Where a stack comes from: the bundle that registers it, and those whose code it is. Any bundle
 * can register a service in the name of another one, or make a class in the class loader of another
 * one, so none of them alone says whose stack it is.
 *
 * @param origins what the gate looks at, first the one that registers
 * @param bundles those with which the stack has to go when they stop: the one that registers, and
 *     those of its code that run; not the system bundle
 */
record StackSource(List<Origin> origins, Set<Bundle> bundles) {
  /** Copies the collections. */
  StackSource {
    origins = List.copyOf(origins);
    bundles = Set.copyOf(bundles);
  }

  /**
   * Of a stack that is a service.
   *
   * @param owner whose service it is; null when that has gone
   */
  static StackSource ofService(TlsStackOps ops, @Nullable Bundle owner) {
    return of(owner == null ? Origin.unknown() : origin(owner), ops, owner);
  }

  /**
   * Of a stack that is registered by ESP-TLS's call.
   *
   * @param caller who calls; the system bundle for the program that embeds the framework
   */
  static StackSource ofCall(TlsStackOps ops, @Nullable Bundle caller) {
    Origin first =
        caller == null
            ? Origin.unknown()
            : caller.getBundleId() == Constants.SYSTEM_BUNDLE_ID
                ? Origin.embedder()
                : origin(caller);
    return of(first, ops, caller);
  }

  private static StackSource of(Origin first, TlsStackOps ops, @Nullable Bundle registers) {
    Set<Bundle> code = new LinkedHashSet<>();
    addBundleOf(ops, code);
    if (Proxy.isProxyClass(ops.getClass())) {
      addBundleOf(Proxy.getInvocationHandler(ops), code); // Its class may be anybody's.
    }
    if (registers != null) {
      code.remove(registers);
    }
    List<Origin> origins = new ArrayList<>(List.of(first));
    code.forEach(bundle -> origins.add(origin(bundle)));
    code.removeIf(bundle -> !isRunning(bundle)); // A library need not be started.
    if (registers != null && registers.getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
      code.add(registers);
    }
    return new StackSource(origins, code);
  }

  static boolean isRunning(Bundle bundle) {
    return (bundle.getState() & (Bundle.STARTING | Bundle.ACTIVE)) != 0;
  }

  /** What the Java platform or the embedding program brings is in no bundle. */
  private static void addBundleOf(Object object, Set<Bundle> bundles) {
    Bundle bundle = FrameworkUtil.getBundle(object.getClass());
    if (bundle != null && bundle.getBundleId() != Constants.SYSTEM_BUNDLE_ID) {
      bundles.add(bundle);
    }
  }

  private static Origin origin(Bundle bundle) {
    String name = bundle.getSymbolicName();
    return name == null || name.isBlank()
        ? Origin.unknown()
        : new Origin(name, () -> BundleSigners.of(bundle));
  }
}
