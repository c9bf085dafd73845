package io.sallyport.itest;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server of the system that runs while a test needs it. */
final class Background implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);

  private final Process process;
  private final int port;

  private Background(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts it and waits until it listens. */
  static Background start(int port, List<String> command) throws Exception {
    Path log = Files.createTempFile(Files.createDirectories(Settings.work()), "server", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Background server = new Background(process, port);
    try {
      Await.until(String.join(" ", command) + " listens", START, server::listens);
    } catch (AssertionError e) {
      server.close();
      throw new AssertionError(e.getMessage() + ": " + Files.readString(log), e);
    }
    return server;
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
      return true;
    } catch (java.io.IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
