package io.sallyport.benchmarks.subject;

import io.sallyport.benchmarks.proc.Children;
import io.sallyport.benchmarks.proc.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The gateway from its distribution, on one stack, as a user starts it. */
public final class Gateway implements Subject {

  private final Children children;
  private final Site site;
  private final Path launcher;
  private final Path javaHome;
  private final String stack;

  /**
   * Describes the gateway.
   *
   * @param launcher {@code bin/sallyport} of the distribution
   * @param stack name of the stack, for instance {@code conscrypt}
   */
  public Gateway(Children children, Site site, Path launcher, Path javaHome, String stack) {
    this.children = children;
    this.site = site;
    this.launcher = launcher;
    this.javaHome = javaHome;
    this.stack = stack;
  }

  @Override
  public String name() {
    return stack;
  }

  @Override
  public boolean java() {
    return true;
  }

  @Override
  public Process start(Path directory, int port) throws IOException {
    return children.startQuiet(
        List.of(launcher.toString(), "run", prepare(directory, port, only()).toString()),
        Map.of("JAVA_HOME", javaHome.toString()),
        directory.resolve("gateway.log"));
  }

  /** Starts it with its shell on the standard streams. */
  public Console startWithShell(Path directory, int port) throws IOException {
    return Console.start(
        children,
        List.of(launcher.toString(), "run", prepare(directory, port, "").toString(), "--shell"),
        Map.of("JAVA_HOME", javaHome.toString()),
        directory.resolve("gateway.log"));
  }

  private Path prepare(Path directory, int port, String more) throws IOException {
    if (!Files.isExecutable(launcher)) {
      throw new IOException(
          "No gateway at "
              + launcher
              + ": build it with 'mvn -pl launcher -am -DskipTests package', or leave it out with --subjects");
    }
    Path configuration = Files.createDirectory(directory.resolve("config"));
    Files.writeString(configuration.resolve("gateway.json"), configuration(port, more));
    return configuration;
  }

  private String configuration(int port, String more) {
    return """
        {
          ":configurator:resource-version": 1,
          "io.sallyport.core": { "stack": "%s" },
          "io.sallyport.gateway.route~benchmark": {
            "mode": "terminate", "listen": "127.0.0.1:%d", "target": "127.0.0.1:%d",
            "server.certificate": "%s", "server.key": "%s",
            "server.tls.version": "1.3"%s
          }
        }
        """
        .formatted(stack, port, site.backendPort(), site.certificate(), site.key(), more);
  }

  /**
   * As all subjects do it: one suite, no tickets. Conscrypt takes no list for TLS 1.3, and needs
   * none: AES-128 comes first. JSSE without tickets would be another thing: a context for each
   * connection.
   */
  private String only() {
    return stack.equals("conscrypt")
        ? ",\n    \"server.session.tickets\": \"off\""
        : ",\n    \"server.cipher.suites\": [ \"" + Site.SUITE + "\" ]";
  }
}
