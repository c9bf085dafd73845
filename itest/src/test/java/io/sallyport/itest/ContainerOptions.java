package io.sallyport.itest;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.vmOption;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;

/**
 * A framework with the distribution's own bundles, and the API and the testkit as bundles. Nothing
 * is delegated to the boot class path and no package of the JDK is opened.
 */
final class ContainerOptions {
  private ContainerOptions() {}

  static Option[] all(Option... more) {
    Path bundles = Path.of(System.getProperty("sallyport.distribution"), "bundles");
    Option[] distribution =
        jars(bundles).stream()
            .filter(jar -> !jar.getFileName().toString().contains("gogo"))
            .filter(jar -> !jar.getFileName().toString().startsWith("jline"))
            .map(ContainerOptions::install)
            .toArray(Option[]::new);
    return options(
        install(Path.of(System.getProperty("sallyport.api.jar"))),
        install(Path.of(System.getProperty("sallyport.testkit.jar"))),
        composite(distribution),
        junitBundles(),
        systemProperty("sallyport.work").value(System.getProperty("sallyport.work")),
        vmOption("-Xmx512m"),
        composite(more));
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The distribution is missing; build the launcher first (mvn package -pl launcher -am).",
          e);
    }
  }

  private static Option install(Path jar) {
    File file = jar.toFile();
    String url = file.toURI().toString();
    try (JarFile content = new JarFile(file)) {
      boolean fragment =
          content.getManifest().getMainAttributes().getValue("Fragment-Host") != null;
      return fragment ? bundle(url).noStart() : bundle(url);
    } catch (IOException e) {
      throw new UncheckedIOException("Bundle " + jar + " cannot be read.", e);
    }
  }
}
