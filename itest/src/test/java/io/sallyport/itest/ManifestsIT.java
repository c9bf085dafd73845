package io.sallyport.itest;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Test;

/** Which bundle may know which: read from the manifests of what is shipped. */
public class ManifestsIT {
  private static final String API = "io.sallyport.tls";
  private static final String STACK = "io.sallyport.tls.stack";
  private static final String ENGINE = "io.sallyport.tls.engine";
  private static final String KEY = "io.sallyport.tls.key";
  private static final String HARDWARE = "io.sallyport.hw";

  /** Which packages of ours a bundle may import; whoever is not here may import none. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("io.sallyport.api", Set.of(API, STACK, ENGINE, KEY)),
          Map.entry("io.sallyport.core", Set.of(API, STACK, KEY)),
          Map.entry("io.sallyport.stack.jsse", Set.of(API, STACK, ENGINE)),
          Map.entry("io.sallyport.stack.bouncycastle", Set.of(API, STACK, ENGINE)),
          Map.entry("io.sallyport.stack.conscrypt", Set.of(API, STACK, ENGINE)),
          Map.entry("io.sallyport.hw.support", Set.of(API, STACK, KEY, HARDWARE)),
          Map.entry("io.sallyport.hw.atecc608a", Set.of(API, HARDWARE)),
          Map.entry("io.sallyport.hw.ds", Set.of(API, HARDWARE)),
          Map.entry("io.sallyport.hw.ecdsa", Set.of(API, HARDWARE)),
          Map.entry("io.sallyport.hw.pkcs11", Set.of(API, HARDWARE)),
          Map.entry("io.sallyport.gateway", Set.of(API)));

  private static final Map<String, Set<String>> EXPORTED =
      Map.of(
          "io.sallyport.api", Set.of(API, STACK, ENGINE, KEY),
          "io.sallyport.hw.support", Set.of(HARDWARE));

  @Test
  public void everyBundleOfOursIsThere() throws IOException {
    assertEquals(ALLOWED.keySet(), manifests().keySet());
  }

  @Test
  public void noBundleImportsAnotherOnesImplementation() throws IOException {
    for (Map.Entry<String, Attributes> bundle : manifests().entrySet()) {
      Set<String> ours = new TreeSet<>(packages(bundle.getValue(), "Import-Package"));
      ours.removeIf(name -> !name.startsWith("io.sallyport."));
      ours.removeAll(ALLOWED.getOrDefault(bundle.getKey(), Set.of()));
      assertEquals(bundle.getKey() + " imports", Set.of(), ours);
    }
  }

  @Test
  public void onlyTheApiAndTheSupportOfProvidersExportPackages() throws IOException {
    for (Map.Entry<String, Attributes> bundle : manifests().entrySet()) {
      Set<String> expected = EXPORTED.getOrDefault(bundle.getKey(), Set.of());
      assertEquals(
          bundle.getKey() + " exports",
          expected,
          Set.copyOf(packages(bundle.getValue(), "Export-Package")));
    }
  }

  @Test
  public void theApiNeedsNothingButTheJavaPlatform() throws IOException {
    Set<String> imported =
        new TreeSet<>(packages(manifests().get("io.sallyport.api"), "Import-Package"));
    imported.removeIf(name -> name.startsWith("java.") || name.startsWith("javax."));
    imported.removeAll(ALLOWED.get("io.sallyport.api"));
    assertEquals(Set.of(), imported);
  }

  @Test
  public void noBundleReachesIntoTheJdkOrImportsDynamically() throws IOException {
    for (Map.Entry<String, Attributes> bundle : manifests().entrySet()) {
      Set<String> internal = new TreeSet<>(packages(bundle.getValue(), "Import-Package"));
      internal.removeIf(name -> !name.matches("(sun|com\\.sun|jdk\\.internal)\\..*"));
      internal.removeIf(name -> name.startsWith("com.sun.jna")); // A library, for all its name.
      assertEquals(bundle.getKey() + " imports", Set.of(), internal);
      assertEquals(
          bundle.getKey(), List.of(), packages(bundle.getValue(), "DynamicImport-Package"));
      assertEquals(bundle.getKey(), List.of(), packages(bundle.getValue(), "Require-Bundle"));
    }
  }

  @Test
  public void onlyCoreAndTheirOwnStackNeedACryptographicLibrary() throws IOException {
    Map<String, String> library =
        Map.of(
            "io.sallyport.core", "org.bouncycastle.",
            "io.sallyport.stack.bouncycastle", "org.bouncycastle.",
            "io.sallyport.stack.conscrypt", "org.conscrypt");
    for (Map.Entry<String, Attributes> bundle : manifests().entrySet()) {
      Set<String> imported = new TreeSet<>(packages(bundle.getValue(), "Import-Package"));
      imported.removeIf(
          name -> !name.startsWith("org.bouncycastle.") && !name.startsWith("org.conscrypt"));
      String own = library.get(bundle.getKey());
      assertTrue(
          bundle.getKey() + " imports " + imported,
          own == null
              ? imported.isEmpty()
              : !imported.isEmpty() && imported.stream().allMatch(name -> name.startsWith(own)));
    }
  }

  private static Map<String, Attributes> manifests() throws IOException {
    Map<String, Attributes> manifests = new TreeMap<>();
    add(manifests, Settings.api());
    for (Path jar : ContainerOptions.jars(Settings.distribution().resolve("bundles"))) {
      if (jar.getFileName().toString().startsWith("io.sallyport.")) {
        add(manifests, jar);
      }
    }
    return manifests;
  }

  private static void add(Map<String, Attributes> manifests, Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Attributes main = file.getManifest().getMainAttributes();
      manifests.put(main.getValue("Bundle-SymbolicName").replaceAll(";.*", ""), main);
    }
  }

  /** A clause begins with its packages; attributes and directives follow, quotes hold commas. */
  private static Collection<String> packages(Attributes manifest, String header) {
    String value = manifest.getValue(header);
    if (value == null) {
      return List.of();
    }
    Set<String> packages = new TreeSet<>();
    Matcher names =
        Pattern.compile("(?:^|,)([\\w.]+)(?=[;,]|$)")
            .matcher(value.replaceAll("\"[^\"]*\"", "\"\""));
    while (names.find()) {
      packages.add(names.group(1));
    }
    return packages.isEmpty() ? List.of() : packages;
  }
}
