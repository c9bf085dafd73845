package io.sallyport.stack.bouncycastle;

import java.security.Provider;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;

/** The version of a library: its bundle's, or what its provider says outside of a framework. */
final class LibraryVersion {
  private LibraryVersion() {}

  static String of(Class<?> type, Provider provider) {
    Bundle bundle = FrameworkUtil.getBundle(type);
    if (bundle == null) {
      return provider.getVersionStr();
    }
    String version = bundle.getVersion().toString();
    return version.endsWith(".0") ? version.substring(0, version.length() - 2) : version;
  }
}
