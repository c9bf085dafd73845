package io.sallyport.itest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Builds bundles for a test, from sources among the resources, while it runs. */
final class TestBundle {
  private static final String OPS = "io/sallyport/tls/stack/TlsStackOps";

  private final Path folder;
  private final String source;
  private final Map<String, String> headers = new HashMap<>();
  private Path api = Settings.api();

  private TestBundle(String source, String symbolicName) throws IOException {
    this.folder = Files.createTempDirectory(Files.createDirectories(Settings.work()), "bundle");
    this.source = source;
    header("Manifest-Version", "1.0");
    header("Bundle-ManifestVersion", "2");
    header("Bundle-SymbolicName", symbolicName);
    header("Bundle-Version", "1.0.0");
    header("Bundle-Activator", source + ".Activator");
    header("Import-Package", "io.sallyport.tls,io.sallyport.tls.stack,org.osgi.framework");
  }

  /** A stack that can be told to misbehave: {@link Chaos}. */
  static TestBundle chaos(String symbolicName, String stack, int ranking) throws IOException {
    return new TestBundle("chaos", symbolicName)
        .header("Chaos-Name", stack)
        .header("Chaos-Ranking", Integer.toString(ranking));
  }

  /** A stack without the operation 'cipherSuites'; to be compiled against such an API. */
  static TestBundle old(String symbolicName) throws IOException {
    return new TestBundle("old", symbolicName);
  }

  TestBundle header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  TestBundle against(Path otherApi) {
    api = otherApi;
    return this;
  }

  /** Compiles and packs it. */
  Path build() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path file = Files.createDirectories(folder.resolve(source)).resolve("Activator.java");
    try (InputStream in =
        TestBundle.class.getResourceAsStream("/stacks/" + source + "/Activator.java")) {
      Files.copy(in, file);
    }
    compile(file, classes, api);
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put(JarFile.MANIFEST_NAME, manifest());
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path found : files.filter(Files::isRegularFile).toList()) {
        content.put(classes.relativize(found).toString(), Files.readAllBytes(found));
      }
    }
    return write(folder.resolve(headers.get("Bundle-SymbolicName") + ".jar"), content);
  }

  private byte[] manifest() throws IOException {
    Manifest manifest = new Manifest();
    headers.forEach(manifest.getMainAttributes()::putValue);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    manifest.write(bytes);
    return bytes.toByteArray();
  }

  /** The API as it was, with another source of TlsStackOps. */
  static Path olderApi(UnaryOperator<String> difference) throws IOException {
    Path work = Files.createTempDirectory(Files.createDirectories(Settings.work()), "api");
    String now = Files.readString(Settings.apiSources().resolve(OPS + ".java"));
    String then =
        difference.apply(
            now.replace("@ProviderType\n", "")
                .replace("import org.osgi.annotation.versioning.ProviderType;\n", ""));
    Path file = Files.createDirectories(work.resolve("source")).resolve("TlsStackOps.java");
    Files.writeString(file, then);
    Path classes = Files.createDirectories(work.resolve("classes"));
    compile(file, classes, Settings.api());
    return changed(
        Settings.api(),
        work.resolve("older-api.jar"),
        Map.of(OPS + ".class", Files.readAllBytes(classes.resolve(OPS + ".class"))));
  }

  /** A copy of a jar in which some entries are exchanged or added; its manifest stays as it is. */
  static Path changed(Path jar, Path copy, Map<String, byte[]> entries) throws IOException {
    Map<String, byte[]> content = new LinkedHashMap<>();
    try (ZipFile in = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(in.entries())) {
        if (!entry.isDirectory()) {
          content.put(entry.getName(), in.getInputStream(entry).readAllBytes());
        }
      }
    }
    content.putAll(entries);
    return write(copy, content);
  }

  private static Path write(Path jar, Map<String, byte[]> content) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream packed = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : content.entrySet()) {
        packed.putNextEntry(new ZipEntry(entry.getKey()));
        packed.write(entry.getValue());
      }
    }
    return jar;
  }

  private static void compile(Path file, Path classes, Path api) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    String path =
        api + java.io.File.pathSeparator + Settings.jarOf(org.osgi.framework.Bundle.class);
    int code =
        compiler.run(
            null,
            said,
            said,
            "-proc:none",
            "--release",
            "17",
            "-cp",
            path,
            "-d",
            classes.toString(),
            file.toString());
    if (code != 0) {
      throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
    }
  }
}
