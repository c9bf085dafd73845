package io.sallyport.launcher.demo;

import io.sallyport.tls.stack.ConnectionDTO;
import io.sallyport.tls.stack.Role;
import io.sallyport.tls.stack.TlsStacks;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * A client of the gateway with the JDK's own TLS, which shares nothing with the gateway: what it
 * receives went over the wire. Thread-safe.
 */
final class Client {
  private static final int TIMEOUT_MS = 15_000;
  private static final int MOST_CONNECTIONS = 10_000;
  private static final int BUFFER = 64 * 1024;

  private final SSLContext context;
  private final int port;
  private final TlsStacks stacks;
  private final Tally tally;

  Client(SSLContext context, int port, TlsStacks stacks, Tally tally) {
    this.context = context;
    this.port = port;
    this.stacks = stacks;
    this.tally = tally;
  }

  /** Connects, asks for the short text and checks it. */
  void visit() {
    try (SSLSocket socket = connect("/")) {
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.endsWith("\r\n\r\n" + Backend.GREETING)) {
        tally.failure("A short answer was not what was sent: '" + answer + "'.");
      }
    } catch (IOException e) {
      tally.failure("A short connection failed: " + e.getMessage() + ".");
    }
  }

  /**
   * Receives the endless stream until it ends.
   *
   * @return what came
   */
  StreamDigest.Passed download() throws IOException {
    try (SSLSocket socket = connect("/stream")) {
      InputStream in = socket.getInputStream();
      skipHead(in);
      StreamDigest digest = new StreamDigest();
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.add(buffer, 0, count);
        tally.received(count);
      }
      return digest.passed();
    }
  }

  private SSLSocket connect(String path) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(DemoCertificates.HOST, port);
    boolean connected = false;
    try {
      socket.setSoTimeout(TIMEOUT_MS);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      socket.getSession().invalidate(); // Every handshake is a full one.
      tally.handshake(servingStack(socket.getLocalPort()));
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: " + DemoCertificates.HOST + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      connected = true;
      return socket;
    } finally {
      if (!connected) {
        socket.close();
      }
    }
  }

  /** The stack that the gateway serves this client with, found by the client's port. */
  private String servingStack(int clientPort) {
    Optional<ConnectionDTO> connection =
        stacks.connections(MOST_CONNECTIONS).stream()
            .filter(open -> open.role() == Role.SERVER && open.peer().port() == clientPort)
            .findFirst();
    return connection.map(open -> open.provenance().stack()).orElse("(unknown)");
  }

  private static void skipHead(InputStream in) throws IOException {
    int matched = 0;
    String end = "\r\n\r\n";
    while (matched < end.length()) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the stream ended within its head");
      }
      matched = next == end.charAt(matched) ? matched + 1 : next == end.charAt(0) ? 1 : 0;
    }
  }
}
