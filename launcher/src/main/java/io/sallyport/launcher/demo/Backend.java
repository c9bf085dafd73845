package io.sallyport.launcher.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The plain server behind the gateway: just enough HTTP/1.1 that curl can ask it too. {@code GET
 * /stream} answers with an endless stream until {@link #finishStream}, anything else with a short
 * text. Thread-safe.
 */
final class Backend implements AutoCloseable {
  /** The short text. */
  static final String GREETING = "Every byte of this came through the gateway.\n";

  private static final String STREAM = "GET /stream ";
  private static final int LONGEST_REQUEST = 16 * 1024;
  private static final int TIMEOUT_MS = 30_000;

  private final ServerSocket server;
  private final Pace pace;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "sallyport-demo-backend");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<StreamDigest.Passed> sent = new CompletableFuture<>();
  private volatile boolean finishing;

  private Backend(ServerSocket server, Pace pace) {
    this.server = server;
    this.pace = pace;
  }

  /** Listens on a free port of the loopback interface. */
  static Backend start(Pace pace) throws IOException {
    ServerSocket server = new ServerSocket();
    server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 128);
    Backend backend = new Backend(server, pace);
    backend.threads.execute(backend::acceptAll);
    return backend;
  }

  int port() {
    return server.getLocalPort();
  }

  /** Ends the stream after its current chunk. */
  void finishStream() {
    finishing = true;
  }

  /** What the stream sent, once it has ended; fails when its connection did. */
  CompletableFuture<StreamDigest.Passed> sent() {
    return sent;
  }

  private void acceptAll() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        // Closed, or a client that left before it was accepted.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setSoTimeout(TIMEOUT_MS);
      String request = readHead(socket.getInputStream());
      if (request.startsWith(STREAM)) {
        stream(socket.getOutputStream());
      } else if (!request.isEmpty()) {
        socket.getOutputStream().write(reply());
      }
    } catch (IOException e) {
      // The client's side counts failures; here only the stream's end matters.
    } finally {
      open.remove(socket);
    }
  }

  private static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    byte[] buffer = new byte[1024];
    while (head.indexOf("\r\n\r\n") < 0 && head.length() < LONGEST_REQUEST) {
      int count = in.read(buffer);
      if (count < 0) {
        return "";
      }
      head.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
    return head.toString();
  }

  private static byte[] reply() {
    return head("Content-Type: text/plain", "Content-Length: " + GREETING.length(), GREETING);
  }

  private static byte[] streamHead() {
    return head("Content-Type: application/octet-stream", "Cache-Control: no-store", "");
  }

  private static byte[] head(String type, String more, String body) {
    return String.join("\r\n", "HTTP/1.1 200 OK", type, more, "Connection: close", "", body)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private void stream(OutputStream out) throws IOException {
    StreamDigest digest = new StreamDigest();
    Content content = new Content(System.nanoTime());
    try {
      out.write(streamHead());
      while (!finishing) {
        byte[] chunk = content.next();
        out.write(chunk);
        digest.add(chunk, 0, chunk.length);
        pace.after(chunk.length);
      }
    } catch (IOException e) {
      sent.completeExceptionally(e);
      throw e;
    }
    sent.complete(digest.passed());
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It accepts nothing any more either way.
    }
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        // The process ends soon.
      }
    }
    threads.shutdownNow();
  }
}
