package io.sallyport.core.compatibility;

import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code openssl s_server}, answering each request with a page of its own. */
final class OpensslServer implements AutoCloseable {
  private static final int TRIES = 200;

  private final Path folder;
  private final Process process;
  private final int port;

  private OpensslServer(Path folder, Process process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
  }

  static boolean isInstalled() {
    try {
      Process process = new ProcessBuilder("openssl", "version").start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Starts one.
   *
   * @param stapled the OCSP response to send; empty for none
   */
  static OpensslServer start(Issued identity, byte[] stapled)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("openssl");
    Path pem = folder.resolve("server.pem");
    Files.write(pem, Pem.certificates(identity.chain()));
    Files.write(pem, Pem.privateKey(identity.key()), StandardOpenOption.APPEND);
    List<String> command =
        new ArrayList<>(List.of("openssl", "s_server", "-www", "-cert", pem.toString()));
    if (stapled.length > 0) {
      Path response = Files.write(folder.resolve("response.der"), stapled);
      command.addAll(List.of("-status_file", response.toString()));
    }
    int port = freePort();
    command.addAll(List.of("-accept", "127.0.0.1:" + port));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    OpensslServer server = new OpensslServer(folder, process, port);
    server.awaitListening();
    return server;
  }

  int port() {
    return port;
  }

  private void awaitListening() throws IOException, InterruptedException {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    String log = Files.readString(folder.resolve("log"));
    close();
    throw new IOException("openssl does not listen: " + log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
