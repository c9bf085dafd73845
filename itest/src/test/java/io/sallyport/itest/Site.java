package io.sallyport.itest;

import io.sallyport.testkit.pki.Pem;
import io.sallyport.tls.ClientConfig;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What the tests of exchanges have around a platform: certificates, echo servers, clients. */
final class Site implements AutoCloseable {
  static final String CHAOS_BUNDLE = "org.example.chaos";
  static final String[] ALLOWED = {"io.sallyport.stack.*", "io.sallyport.hw.*", "org.example.*"};

  private static final int PATIENCE_MS = 20_000;

  final TestPki pki = new TestPki();
  final SSLContext jdk;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "echo");
            thread.setDaemon(true);
            return thread;
          });
  private final Queue<String> endings = new ConcurrentLinkedQueue<>();
  private final ServerSocket plain;
  private final ServerSocket secure;

  Site() throws Exception {
    jdk = JdkTls.context(pki.authorities(), pki.client);
    plain = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    secure =
        JdkTls.context(pki.authorities(), pki.server)
            .getServerSocketFactory()
            .createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    threads.execute(() -> serve(plain));
    threads.execute(() -> serve(secure));
  }

  private void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.execute(() -> echo(socket));
      } catch (IOException e) {
        // The end, or a client that has left.
      }
    }
  }

  private void echo(Socket accepted) {
    try (Socket socket = accepted) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        out.flush();
      }
      endings.add("in order");
    } catch (IOException e) {
      endings.add(e.toString());
    }
  }

  /** How the connections of the echo servers ended so far. */
  List<String> endings() {
    return List.copyOf(endings);
  }

  /** A route to the plain echo server. */
  Map<String, Object> terminate(Platform platform) throws IOException {
    return new HashMap<>(
        Map.of(
            "mode",
            "terminate",
            "listen",
            "127.0.0.1:0",
            "target",
            "127.0.0.1:" + plain.getLocalPort(),
            "server.handshake.timeout.ms",
            3000L,
            "server.certificate",
            platform.file("server.pem", Pem.certificates(pki.server.chain())),
            "server.key",
            platform.file("server.key", Pem.privateKey(pki.server.key()))));
  }

  /** A route to the echo server that speaks TLS, of the JDK. */
  Map<String, Object> originate(Platform platform) throws IOException {
    return new HashMap<>(
        Map.of(
            "mode", "originate",
            "listen", "127.0.0.1:0",
            "target", "127.0.0.1:" + secure.getLocalPort(),
            "client.ca", platform.file("ca.pem", Pem.certificates(pki.authorities())),
            "client.name", "localhost"));
  }

  /** The port of the echo server that speaks TLS. */
  int securePort() {
    return secure.getLocalPort();
  }

  ClientConfig client() throws TlsException {
    return ClientConfig.builder().authorities(pki.authorities()).build();
  }

  /** Connects by the JDK. */
  SSLSocket connect(int port, String... protocols) throws IOException {
    SSLSocket socket = JdkTls.connect(jdk, port, protocols);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /** A client that does not wait long for a handshake. */
  ClientConfig impatientClient() throws TlsException {
    return ClientConfig.builder()
        .authorities(pki.authorities())
        .timeout(Duration.ofSeconds(3))
        .build();
  }

  /** One message there and back. */
  static void ping(Socket socket) throws IOException {
    ping(socket.getInputStream(), socket.getOutputStream());
  }

  static void ping(InputStream in, OutputStream out) throws IOException {
    byte[] message = new byte[700];
    for (int i = 0; i < message.length; i++) {
      message[i] = (byte) (i * 7);
    }
    out.write(message);
    out.flush();
    byte[] back = in.readNBytes(message.length);
    if (!java.util.Arrays.equals(message, back)) {
      throw new IOException("Only " + back.length + " bytes came back, or others.");
    }
  }

  /** One connection with one message. */
  void visit(int port, String... protocols) throws IOException {
    try (SSLSocket socket = connect(port, protocols)) {
      ping(socket);
    }
  }

  /** The same, by a program that uses the platform as a client. */
  static void visit(Platform platform, int port, ClientConfig config) throws Exception {
    try (var connection = platform.tls().connect("localhost", port, config)) {
      ping(ConnectionStreams.input(connection), ConnectionStreams.output(connection));
    }
  }

  /** Connections by the JDK, with one version and the other in turn. */
  List<SSLSocket> connectMany(int port, int count) throws IOException {
    List<SSLSocket> sockets = new java.util.ArrayList<>();
    for (int i = 0; i < count; i++) {
      sockets.add(connect(port, i % 2 == 0 ? "TLSv1.3" : "TLSv1.2"));
    }
    return sockets;
  }

  @Override
  public void close() throws IOException {
    plain.close();
    secure.close();
    threads.shutdownNow();
  }
}
