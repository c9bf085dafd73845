package io.sallyport.benchmarks.subject;

import io.sallyport.benchmarks.proc.Children;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * nginx with its stream module and one worker process, as the distribution built it, with a
 * configuration and a prefix of its own.
 */
public final class Nginx implements Subject {

  private static final Pattern MODULES_PATH = Pattern.compile("--modules-path=(\\S+)");

  private final Children children;
  private final Site site;
  private final String binary;
  private final String version;
  private final String loadModule;

  /**
   * Finds out where this nginx keeps its modules.
   *
   * @throws IOException if there is no such binary
   */
  public Nginx(Children children, Site site, String binary) throws IOException {
    this.children = children;
    this.site = site;
    this.binary = binary;
    String build = buildDescription(binary);
    this.version = build.lines().findFirst().orElse(binary).replace("nginx version: ", "");
    Matcher modules = MODULES_PATH.matcher(build);
    Path module =
        Path.of(
            modules.find() ? modules.group(1) : "/usr/lib/nginx/modules", "ngx_stream_module.so");
    // Where the module is not a file of its own it is built in.
    this.loadModule = Files.exists(module) ? "load_module " + module + ";" : "";
  }

  private static String buildDescription(String binary) throws IOException {
    try {
      Process process = new ProcessBuilder(binary, "-V").redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IOException(
          "No nginx at '"
              + binary
              + "': install the packages nginx and libnginx-mod-stream, or leave it out with --subjects",
          e);
    }
  }

  @Override
  public String name() {
    return "nginx";
  }

  @Override
  public boolean java() {
    return false;
  }

  /** For instance {@code nginx/1.22.1}. */
  public String version() {
    return version;
  }

  @Override
  public Process start(Path directory, int port) throws IOException {
    Path configuration = directory.resolve("nginx.conf");
    Files.writeString(configuration, configuration(directory, port));
    return children.startQuiet(
        List.of(binary, "-p", directory.toString(), "-c", configuration.toString(), "-e", "stderr"),
        Map.of(),
        directory.resolve("nginx.log"));
  }

  // No tickets: the other subjects issue none either, and every handshake is a full one. Everything
  // else is nginx's default.
  private String configuration(Path directory, int port) {
    return """
        %s
        daemon off;
        worker_processes 1;
        pid %s/nginx.pid;
        events { worker_connections 16384; }
        stream {
          server {
            listen 127.0.0.1:%d ssl backlog=1024;
            proxy_pass 127.0.0.1:%d;
            ssl_certificate %s;
            ssl_certificate_key %s;
            ssl_protocols TLSv1.3;
            ssl_conf_command Ciphersuites %s;
            ssl_conf_command NumTickets 0;
            ssl_session_tickets off;
            ssl_session_cache off;
          }
        }
        """
        .formatted(
            loadModule,
            directory,
            port,
            site.backendPort(),
            site.certificate(),
            site.key(),
            Site.SUITE);
  }
}
