package io.sallyport.stack.bouncycastle;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.security.Provider;
import java.util.jar.Manifest;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;

/** The version of a library: its bundle's, also outside of a framework if it comes from a jar. */
final class LibraryVersion {
  private LibraryVersion() {}

  static String of(Class<?> type, Provider provider) {
    Bundle bundle = FrameworkUtil.getBundle(type);
    if (bundle == null) {
      return ofJar(type, provider);
    }
    String version = bundle.getVersion().toString();
    return version.endsWith(".0") ? version.substring(0, version.length() - 2) : version;
  }

  private static String ofJar(Class<?> type, Provider provider) {
    URL own = type.getResource(type.getSimpleName() + ".class");
    try {
      if (own != null && own.openConnection() instanceof JarURLConnection connection) {
        Manifest manifest = connection.getManifest();
        String version = manifest.getMainAttributes().getValue(Constants.BUNDLE_VERSION);
        if (version != null) {
          return version;
        }
      }
    } catch (IOException e) {
      return provider.getVersionStr(); // No jar that can be read: what the provider says.
    }
    return provider.getVersionStr();
  }
}
