package io.sallyport.itest;

import static org.ops4j.pax.exam.CoreOptions.bundle;
import static org.ops4j.pax.exam.CoreOptions.cleanCaches;
import static org.ops4j.pax.exam.CoreOptions.composite;
import static org.ops4j.pax.exam.CoreOptions.frameworkProperty;
import static org.ops4j.pax.exam.CoreOptions.junitBundles;
import static org.ops4j.pax.exam.CoreOptions.options;
import static org.ops4j.pax.exam.CoreOptions.systemProperty;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.url;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.CoreOptions.workingDirectory;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.ops4j.pax.exam.Option;
import org.slf4j.impl.StaticLoggerBinder;

/**
 * A framework with the distribution's own bundles, and the API and the testkit as bundles. Nothing
 * is delegated to the boot class path and no package of the JDK is opened.
 */
final class ContainerOptions {
  /** What Pax Exam itself needs; its default options would add boot delegation. */
  private static final List<String> EXAM =
      List.of(
          "org.slf4j.api",
          "org.ops4j.base",
          "org.ops4j.pax.swissbox.core",
          "org.ops4j.pax.swissbox.extender",
          "org.ops4j.pax.swissbox.framework",
          "org.ops4j.pax.swissbox.lifecycle",
          "org.ops4j.pax.swissbox.tracker",
          "jakarta.inject-api",
          "org.ops4j.pax.exam",
          "org.ops4j.pax.exam.inject",
          "org.ops4j.pax.extender.service");

  private static final int START_MS = 120_000;

  private ContainerOptions() {}

  static Option[] all(Option... more) {
    return options(
        cleanCaches(true),
        workingDirectory(Settings.work().resolve("framework").toString()),
        systemTimeout(START_MS),
        install(Settings.jarOf(StaticLoggerBinder.class)),
        composite(
            EXAM.stream()
                .map(name -> url("link:classpath:META-INF/links/" + name + ".link"))
                .toArray(Option[]::new)),
        junitBundles(),
        install(Settings.api()),
        install(Settings.testkit()),
        composite(
            jars(Settings.distribution().resolve("bundles")).stream()
                .filter(jar -> !jar.getFileName().toString().contains("gogo"))
                .filter(jar -> !jar.getFileName().toString().startsWith("jline"))
                .map(ContainerOptions::install)
                .toArray(Option[]::new)),
        frameworkProperty("sallyport.config.dir").value(Settings.work().toString()),
        systemProperty(Settings.WORK).value(Settings.work().toString()),
        systemProperty(Settings.ENDURANCE).value(Boolean.toString(Settings.endurance())),
        vmOption("-Xmx512m"),
        vmOption("-XX:+UseSerialGC"),
        composite(more),
        composite(nativeAccess()));
  }

  /** The same as the distribution's start script. */
  private static Option[] nativeAccess() {
    return Runtime.version().feature() < 24
        ? new Option[0]
        : options(
            vmOption("--enable-native-access=ALL-UNNAMED"),
            vmOption("--sun-misc-unsafe-memory-access=allow"));
  }

  static List<Path> jars(Path folder) {
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
