package io.sallyport.hw.atecc608a.simulator;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A simulated chip for other programs: Microchip's kit protocol in lines over TCP. Whoever reaches
 * the port can use the keys, as whoever holds a chip can. Thread-safe.
 */
public final class KitServer implements AutoCloseable {
  private static final int CLIENTS = 16;
  private static final int IDLE_MS = 600_000;
  private static final int LONGEST_LINE = 512;

  private final Atecc608Simulator chip;
  private final ServerSocket listener;
  private final ExecutorService threads;
  private final Semaphore places = new Semaphore(CLIENTS);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

  private KitServer(Atecc608Simulator chip, ServerSocket listener) {
    this.chip = chip;
    this.listener = listener;
    this.threads =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "sallyport-kit");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Begins to serve.
   *
   * @param chip stays the caller's
   * @param address where to listen; port 0 for a free one
   * @throws IOException when that is not possible
   */
  public static KitServer start(Atecc608Simulator chip, InetSocketAddress address)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.bind(address, CLIENTS);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    KitServer server = new KitServer(chip, listener);
    server.threads.execute(server::accept);
    return server;
  }

  /** The port. */
  public int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        clients.add(client);
        if (places.tryAcquire()) {
          threads.execute(() -> serve(client));
        } else {
          end(client); // It is one chip: nobody needs so many ways to it.
        }
      } catch (IOException e) {
        // A client that left again, or the end.
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setSoTimeout(IDLE_MS);
      client.setTcpNoDelay(true);
      KitSession session = new KitSession(chip.wire(), chip.address());
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      byte[] line = new byte[LONGEST_LINE];
      int length = 0;
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          String text = new String(line, 0, length, StandardCharsets.US_ASCII).strip();
          length = 0;
          if (!text.isEmpty()) {
            String answer = session.answer(text) + "\n";
            out.write(answer.getBytes(StandardCharsets.US_ASCII));
            out.flush();
          }
        } else if (next != 0 && length < line.length) { // Some clients send NULs along.
          line[length] = (byte) next;
          length++;
        } else if (length == line.length) {
          return; // No line of the protocol is so long.
        }
      }
    } catch (IOException e) {
      // It left, or said nothing for too long.
    } finally {
      clients.remove(client);
      places.release();
    }
  }

  /**
   * Waits for the end.
   *
   * @return whether it has come
   */
  public boolean awaitClosed(Duration timeout) throws InterruptedException {
    return closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end(Socket client) {
    clients.remove(client);
    try {
      client.close();
    } catch (IOException e) {
      // It is gone in any case.
    }
  }

  /** Ends every conversation. The chip stays open. */
  @Override
  public void close() throws IOException {
    listener.close();
    clients.forEach(this::end);
    threads.shutdownNow();
    closed.countDown();
  }
}
