package io.sallyport.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Builds little bundles: an activator with a body of one's own. */
final class TestBundle {
  private static final String STACK =
      """
      static final class Stack implements TlsStackOps {
        public int version() { return OPS_VERSION; }
        public String name() { return "%s"; }
        public String libraryVersion() { return "1"; }
        public Capabilities capabilities() {
          return Capabilities.builder()
              .with(TlsVersion.TLS_1_3, Feature.HANDSHAKE)
              .with(TlsVersion.TLS_1_2, Feature.HANDSHAKE)
              .build();
        }
        public CaStoreOps caStore() {
          return new CaStoreOps() {
            public void init() {}
            public void set(List<X509Certificate> certificates) {}
            public List<X509Certificate> get() { return List.of(); }
            public void free() {}
          };
        }
        public List<CipherSuite> cipherSuites() {
          try {
            return List.of(CipherSuite.parse("TLS_AES_128_GCM_SHA256"));
          } catch (TlsException e) {
            throw new IllegalStateException(e);
          }
        }
        public TlsStackContext prepare(TlsConfig config) throws TlsException {
          if (Files.exists(Path.of("%s"))) {
            Runtime.getRuntime().halt(139);
          }
          throw new TlsException(TlsErrorCode.SSL_SETUP_FAILED, "It has no library.");
        }
      }
      """;

  private static final String SOURCE =
      """
      package probe;

      import io.sallyport.tls.*;
      import io.sallyport.tls.stack.*;
      import java.lang.reflect.Field;
      import java.nio.file.*;
      import java.security.cert.X509Certificate;
      import java.util.*;
      import org.osgi.framework.*;

      public final class Activator implements BundleActivator {
        %s

        static void crash() throws Exception {
          ClassLoader loader = ClassLoader.getSystemClassLoader();
          Class<?> type = Class.forName("sun.misc.Unsafe", true, loader);
          Field field = type.getDeclaredField("theUnsafe");
          field.setAccessible(true);
          type.getMethod("putAddress", long.class, long.class).invoke(field.get(null), 0L, 0L);
        }

        static void publish(BundleContext context) {
          context.registerService(
              TlsStackOps.class,
              new Stack(),
              FrameworkUtil.asDictionary(Map.of(Constants.SERVICE_RANKING, 100)));
        }

        public void start(BundleContext context) throws Exception {
          %s
        }

        public void stop(BundleContext context) {}
      }
      """;

  private TestBundle() {}

  /**
   * Writes a bundle that could publish a stack; {@code crash()} ends the JVM by a fault in native
   * code, {@code publish(context)} publishes the stack.
   *
   * @param folder where it is written to, and compiled
   * @param name its symbolic name, and the stack's
   * @param start what its activator does
   * @param trap when there is such a file, the stack ends the JVM when it is proved
   */
  static Path write(Path folder, String name, String version, String start, Path trap)
      throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes-" + name));
    Path source = classes.resolve("Activator.java");
    Files.writeString(source, SOURCE.formatted(STACK.formatted(name, trap), start));
    compile(source, classes);

    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    Map.of(
            "Manifest-Version", "1.0",
            "Bundle-ManifestVersion", "2",
            "Bundle-SymbolicName", name,
            "Bundle-Version", version,
            "Bundle-Activator", "probe.Activator",
            "Import-Package", "io.sallyport.tls,io.sallyport.tls.stack,org.osgi.framework")
        .forEach(main::putValue);
    Path jar = Files.createDirectories(folder.resolve("bundles")).resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream bundle = new JarOutputStream(out, manifest);
        var files = Files.list(classes.resolve("probe"))) {
      for (Path file : files.toList()) {
        bundle.putNextEntry(new JarEntry("probe/" + file.getFileName()));
        bundle.write(Files.readAllBytes(file));
      }
    }
    return jar;
  }

  private static void compile(Path source, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        compiler.run(
            null,
            said,
            said,
            "-proc:none",
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            source.toString());
    if (code != 0) {
      throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
    }
  }
}
