package io.sallyport.launcher.platform;

import io.sallyport.launcher.bootguard.StackBundle;
import io.sallyport.tls.stack.TlsStackOps;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWiring;

/** Which bundles publish stacks, as far as a manifest and the service registry tell. */
final class StackBundles {
  private static final String SERVICE_NAMESPACE = "osgi.service";
  private static final String STACK = TlsStackOps.class.getName();
  // The latter publishes, in the name of the bundle that uses it, the stack of a key provider.
  private static final List<String> PACKAGES =
      List.of(TlsStackOps.class.getPackageName(), "io.sallyport.hw");

  private StackBundles() {}

  /** Whether a bundle could publish one. */
  static boolean mayPublish(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null
        && (declares(bundle)
            || revision.getDeclaredRequirements(PackageNamespace.PACKAGE_NAMESPACE).stream()
                .map(requirement -> requirement.getDirectives().get(Constants.FILTER_DIRECTIVE))
                .filter(Objects::nonNull)
                .anyMatch(filter -> PACKAGES.stream().anyMatch(name -> names(filter, name))));
  }

  private static boolean names(String filter, String name) {
    return filter.contains("(" + PackageNamespace.PACKAGE_NAMESPACE + "=" + name + ")");
  }

  /** Whether a bundle says that it publishes one, with or without a configuration. */
  static boolean declares(Bundle bundle) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    return revision != null
        && revision.getDeclaredCapabilities(SERVICE_NAMESPACE).stream()
            .map(capability -> capability.getAttributes().get(Constants.OBJECTCLASS))
            .anyMatch(
                classes ->
                    STACK.equals(classes)
                        || (classes instanceof Collection<?> all && all.contains(STACK)));
  }

  /** Whether a bundle has published one. */
  static boolean publishes(Bundle bundle) {
    return Optional.ofNullable(bundle.getRegisteredServices()).stream()
        .flatMap(Arrays::stream)
        .map(service -> service.getProperty(Constants.OBJECTCLASS))
        .anyMatch(classes -> classes instanceof String[] all && List.of(all).contains(STACK));
  }

  /** What the guard knows a bundle by. */
  static StackBundle describe(Bundle bundle) {
    String libraries =
        Optional.ofNullable(bundle.adapt(BundleWiring.class)).stream()
            .flatMap(wiring -> wires(wiring))
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    return new StackBundle(
        String.valueOf(bundle.getSymbolicName()), bundle.getVersion().toString(), libraries);
  }

  private static Stream<String> wires(BundleWiring wiring) {
    return Optional.ofNullable(wiring.getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)).stream()
        .flatMap(List::stream)
        .map(wire -> wire.getProvider().getBundle())
        .filter(provider -> provider.getBundleId() != Constants.SYSTEM_BUNDLE_ID)
        .map(provider -> provider.getSymbolicName() + " " + provider.getVersion());
  }
}
