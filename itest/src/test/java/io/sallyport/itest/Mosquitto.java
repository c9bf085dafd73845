package io.sallyport.itest;

import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An MQTT broker that speaks TLS only, and only with clients that have a certificate. */
final class Mosquitto implements AutoCloseable {
  /** A framework's process has no PATH. */
  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin/mosquitto"),
          Path.of("/usr/bin/mosquitto"),
          Path.of("/usr/local/sbin/mosquitto"));

  private final Process process;
  private final int port;
  private final Path log;

  private Mosquitto(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /** Skips the test, with the reason, where it is not installed. */
  static void assumeInstalled() {
    boolean there = PROGRAMS.stream().anyMatch(Files::isExecutable);
    if (!there) {
      System.out.println("Skipped: mosquitto is not installed.");
    }
    assumeTrue("mosquitto is not installed", there);
  }

  /** Starts it with the files ca.pem, server.pem and server.key of a folder. */
  static Mosquitto start(Path folder) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path configuration =
        Files.writeString(
            folder.resolve("mosquitto.conf"),
            String.join(
                "\n",
                "listener " + port + " 127.0.0.1",
                "cafile " + folder.resolve("ca.pem"),
                "certfile " + folder.resolve("server.pem"),
                "keyfile " + folder.resolve("server.key"),
                "require_certificate true",
                "use_identity_as_username true",
                "allow_anonymous true",
                "user " + System.getProperty("user.name"),
                "log_type all",
                ""));
    Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElseThrow();
    Path log = folder.resolve("mosquitto.log");
    Process process =
        new ProcessBuilder(program.toString(), "-c", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Mosquitto broker = new Mosquitto(process, port, log);
    Await.until("mosquitto listens", broker::listens);
    return broker;
  }

  private boolean listens() throws IOException {
    if (!process.isAlive()) {
      throw new IOException("mosquitto has ended: " + Files.readString(log));
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  int port() {
    return port;
  }

  /** What it has said. */
  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
