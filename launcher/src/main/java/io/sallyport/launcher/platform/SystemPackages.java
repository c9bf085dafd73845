package io.sallyport.launcher.platform;

import io.sallyport.launcher.report.ExitCode;
import io.sallyport.launcher.report.LauncherException;
import io.sallyport.tls.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.osgi.framework.Constants;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.log.LogReaderService;
import org.osgi.service.metatype.MetaTypeService;

/**
 * What the system bundle exports from the class path, so that the launcher and the bundles share
 * these types. Each jar's own manifest says which packages, in which versions.
 */
final class SystemPackages {
  private static final List<Class<?>> ONE_OF_EACH_JAR =
      List.of(Tls.class, ConfigurationAdmin.class, LogReaderService.class, MetaTypeService.class);

  // The jar of the shell's runtime is a bundle too; only its API is shared.
  private static final String SHELL_API =
      "org.apache.felix.service.command;version=1.0.0,"
          + "org.apache.felix.service.threadio;version=1.0.0";

  private SystemPackages() {}

  /** The value of {@code org.osgi.framework.system.packages.extra}. */
  static String extra() throws LauncherException {
    StringBuilder packages = new StringBuilder(SHELL_API);
    for (Class<?> type : ONE_OF_EACH_JAR) {
      packages.append(',').append(exportsOf(type));
    }
    return packages.toString();
  }

  private static String exportsOf(Class<?> type) throws LauncherException {
    try {
      return Optional.ofNullable(manifest(type).getMainAttributes())
          .map(attributes -> attributes.getValue(new Attributes.Name(Constants.EXPORT_PACKAGE)))
          .orElseThrow(() -> new IOException("Its manifest exports no package."));
    } catch (IOException | URISyntaxException e) {
      throw new LauncherException(
          ExitCode.PLATFORM,
          "The jar of " + type.getName() + " is no bundle; build the distribution again.",
          e);
    }
  }

  private static Manifest manifest(Class<?> type) throws IOException, URISyntaxException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IOException(type + " comes from no jar.");
    }
    Path place = Path.of(source.getLocation().toURI());
    if (Files.isDirectory(place)) { // Classes that are not packed, in an IDE or a unit test.
      try (InputStream in = Files.newInputStream(place.resolve(JarFile.MANIFEST_NAME))) {
        return new Manifest(in);
      }
    }
    try (JarFile jar = new JarFile(place.toFile())) {
      return Optional.ofNullable(jar.getManifest())
          .orElseThrow(() -> new IOException(place + " has no manifest."));
    }
  }
}
