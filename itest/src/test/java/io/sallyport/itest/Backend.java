package io.sallyport.itest;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/**
 * What stands behind a gateway. A client says how many bytes it wants and how many it gives (two
 * longs); both flow at the same time, and in the end the SHA-256 of what was given is answered.
 */
final class Backend implements AutoCloseable {
  /** Name of its threads, which stay for a while after they were needed. */
  static final String THREAD = "test-backend";

  private static final int PATIENCE_MS = 60_000;

  private final ServerSocket listener;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(task -> new Thread(task, THREAD));

  private Backend(ServerSocket listener) {
    this.listener = listener;
  }

  static Backend plain() throws IOException {
    return start(ServerSocketFactory.getDefault());
  }

  /** Begins to serve; a factory for TLS makes it a TLS server. */
  static Backend start(ServerSocketFactory factory) throws IOException {
    Backend backend =
        new Backend(factory.createServerSocket(0, 1024, InetAddress.getLoopbackAddress()));
    backend.threads.execute(backend::accept);
    return backend;
  }

  int port() {
    return listener.getLocalPort();
  }

  String address() {
    return "127.0.0.1:" + port();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        // A client that left again, or the end.
      }
    }
  }

  private void serve(Socket accepted) {
    try (Socket socket = accepted) {
      socket.setSoTimeout(PATIENCE_MS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      long wanted = in.readLong();
      long given = in.readLong();
      Future<?> sending =
          threads.submit(
              () -> {
                Stream64.forDownload().send(out, wanted);
                return null;
              });
      Stream64 received = Stream64.forUpload();
      received.receive(in, given);
      sending.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
      out.write(received.digest());
      out.flush();
    } catch (IOException e) {
      // The client sees the end of it.
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    } catch (Exception e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    threads.shutdownNow();
  }
}
