package io.sallyport.testkit.peer;

import io.sallyport.testkit.pki.Issued;
import io.sallyport.testkit.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** A program of another TLS library, in a process of its own, with a folder for its files. */
public final class ForeignPeer implements AutoCloseable {
  private static final int TRIES = 200;
  private static final String CHAIN = "chain.pem";
  private static final String KEY = "key.pem";
  private static final String AUTHORITY = "authority.pem";

  private final Path folder;
  private final Process process;
  private final int port;

  private ForeignPeer(Path folder, Process process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
  }

  /** Whether "openssl" or "gnutls" is there. */
  public static boolean isInstalled(String library) {
    List<String> question =
        library.equals("openssl")
            ? List.of("openssl", "version")
            : List.of("gnutls-serv", "--version");
    try {
      Process asked = new ProcessBuilder(question).redirectErrorStream(true).start();
      asked.getInputStream().readAllBytes();
      return asked.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** OpenSSL's server, which answers a line by the line in reverse. */
  public static ForeignPeer openssl(Issued identity, String... more) throws Exception {
    return server(
        Optional.of(identity),
        command(List.of("openssl", "s_server", "-rev", "-cert", CHAIN, "-key", KEY), more),
        port -> List.of("-accept", "127.0.0.1:" + port));
  }

  /** The same, which requires a certificate that this authority has issued. */
  public static ForeignPeer opensslVerifying(
      Issued identity, X509Certificate authority, String... more) throws Exception {
    List<String> command =
        command(List.of("openssl", "s_server", "-rev", "-cert", CHAIN, "-key", KEY), more);
    command.addAll(List.of("-Verify", "2", "-verify_return_error", "-CAfile", AUTHORITY));
    return server(
        Optional.of(identity),
        Optional.of(authority),
        command,
        port -> List.of("-accept", "127.0.0.1:" + port));
  }

  /** The same without a certificate. */
  public static ForeignPeer opensslWithoutCertificate(String... more) throws Exception {
    return server(
        Optional.empty(),
        command(List.of("openssl", "s_server", "-rev", "-nocert"), more),
        port -> List.of("-accept", "127.0.0.1:" + port));
  }

  /** GnuTLS's server, which answers by what it got. */
  public static ForeignPeer gnutls(Issued identity, String... more) throws Exception {
    return server(
        Optional.of(identity),
        command(
            List.of("gnutls-serv", "--echo", "--x509certfile", CHAIN, "--x509keyfile", KEY), more),
        port -> List.of("--port", String.valueOf(port)));
  }

  /** The same with pre-shared keys instead of a certificate. */
  public static ForeignPeer gnutlsWithoutCertificate(String... more) throws Exception {
    String priority = "NORMAL:-KX-ALL:+ECDHE-PSK:+DHE-PSK:+PSK";
    return server(
        Optional.empty(),
        command(List.of("gnutls-serv", "--echo", "--priority", priority), more),
        port -> List.of("--port", String.valueOf(port)));
  }

  private static List<String> command(List<String> fixed, String... more) {
    List<String> command = new ArrayList<>(fixed);
    command.addAll(List.of(more));
    return command;
  }

  private static ForeignPeer server(
      Optional<Issued> identity, List<String> command, IntFunction<List<String>> listen)
      throws Exception {
    return server(identity, Optional.empty(), command, listen);
  }

  private static ForeignPeer server(
      Optional<Issued> identity,
      Optional<X509Certificate> authority,
      List<String> command,
      IntFunction<List<String>> listen)
      throws Exception {
    Path folder = Files.createTempDirectory("peer");
    if (authority.isPresent()) {
      Files.write(folder.resolve(AUTHORITY), Pem.certificates(List.of(authority.get())));
    }
    if (identity.isPresent()) {
      Files.write(folder.resolve(CHAIN), Pem.certificates(identity.get().chain()));
      Files.write(folder.resolve(KEY), Pem.privateKey(identity.get().key()));
    }
    int port = freePort();
    command.addAll(listen.apply(port));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    ForeignPeer peer = new ForeignPeer(folder, process, port);
    peer.awaitListening();
    return peer;
  }

  public int port() {
    return port;
  }

  /** What the program has said. */
  public String log() throws IOException {
    return Files.readString(folder.resolve("log"));
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
    String log = log();
    close();
    throw new IOException("The peer does not listen: " + log);
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
