package io.sallyport.launcher.connect;

import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsConnection;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Joins a connection with an input and an output stream until the peer ends it. Both directions are
 * served by the calling thread; only the input, which cannot be waited for together with a socket,
 * is read by another one.
 */
public final class Pipe {
  private static final int CHUNK = 16 * 1024;
  private static final int CHUNKS_AHEAD = 16;

  private final TlsConnection connection;
  private final InputStream in;
  private final OutputStream out;
  private final boolean halfClose;
  private final Duration patience;
  private final BlockingQueue<Chunk> read = new ArrayBlockingQueue<>(CHUNKS_AHEAD);
  private final ByteBuffer received = ByteBuffer.allocate(CHUNK);
  private Optional<ByteBuffer> sending = Optional.empty();
  private boolean inputEnded;
  private boolean anythingSent;
  private boolean closeNotifyDue;

  /** How it ended. */
  public enum End {
    /** The peer ended the connection in order. */
    BY_PEER,
    /** There was nothing to send. */
    NOTHING_TO_SEND,
    /** The input was over, and the peer neither answered nor ended any more. */
    BY_SILENCE
  }

  private record Chunk(ByteBuffer bytes, boolean end) {}

  /**
   * Prepares the pipe.
   *
   * @param connection open and non-blocking
   * @param halfClose whether the stack can read on after its own close_notify
   * @param patience how long to wait for the peer after the end of the input
   */
  public Pipe(
      TlsConnection connection,
      InputStream in,
      OutputStream out,
      boolean halfClose,
      Duration patience) {
    this.connection = connection;
    this.in = in;
    this.out = out;
    this.halfClose = halfClose;
    this.patience = patience;
  }

  /**
   * Runs until the end.
   *
   * @throws TlsException when the connection broke
   * @throws IOException when the output cannot be written
   */
  public End run() throws IOException {
    try (Selector selector = Selector.open()) {
      SelectionKey key =
          connection
              .channel()
              .orElseThrow(
                  () -> new TlsException(TlsErrorCode.INVALID_STATE, "There is no socket."))
              .register(selector, SelectionKey.OP_READ);
      startReading(selector);
      long silentSince = System.nanoTime();
      while (true) {
        boolean moved = send();
        if (inputEnded && !anythingSent) {
          return End.NOTHING_TO_SEND;
        }
        int count = receive();
        if (count == TlsHandle.END) {
          return End.BY_PEER;
        }
        if (moved || count > 0) {
          silentSince = System.nanoTime();
          continue;
        }
        long left = patience.toNanos() - (System.nanoTime() - silentSince);
        if (inputEnded && left <= 0) {
          return End.BY_SILENCE;
        }
        key.interestOps(
            SelectionKey.OP_READ
                | (sending.isPresent() || closeNotifyDue ? SelectionKey.OP_WRITE : 0));
        selector.select(inputEnded ? Math.max(1, Duration.ofNanos(left).toMillis()) : 0);
      }
    }
  }

  /**
   * Sends what was read.
   *
   * @return whether anything moved
   */
  private boolean send() throws TlsException {
    boolean moved = false;
    while (true) {
      if (sending.isEmpty() && !nextChunk()) {
        finishSending();
        return moved;
      }
      ByteBuffer source = sending.orElseThrow();
      int count = connection.write(source);
      if (count < 0) {
        return moved;
      }
      moved = true;
      anythingSent = true;
      if (!source.hasRemaining()) {
        if (connection.flush() != Progress.DONE) {
          return moved; // Tried again, with no bytes left, when the socket takes more.
        }
        sending = Optional.empty();
      }
    }
  }

  private boolean nextChunk() {
    Optional<Chunk> chunk = inputEnded ? Optional.empty() : Optional.ofNullable(read.poll());
    chunk.ifPresent(
        next -> {
          inputEnded = next.end();
          closeNotifyDue = inputEnded && halfClose && anythingSent;
          sending = next.end() ? Optional.empty() : Optional.of(next.bytes());
        });
    return sending.isPresent();
  }

  private void finishSending() throws TlsException {
    if (closeNotifyDue && connection.shutdownOutput() == Progress.DONE) {
      closeNotifyDue = false;
    }
  }

  private int receive() throws IOException {
    received.clear();
    int count = connection.read(received);
    if (count > 0) {
      out.write(received.array(), 0, count);
      out.flush();
    }
    return count;
  }

  private void startReading(Selector selector) {
    Thread reader =
        new Thread(
            () -> {
              try {
                byte[] buffer = new byte[CHUNK];
                int count = 0;
                while (count >= 0) {
                  count = readInput(buffer);
                  read.put(
                      new Chunk(
                          ByteBuffer.wrap(Arrays.copyOf(buffer, Math.max(0, count))), count < 0));
                  selector.wakeup();
                }
              } catch (InterruptedException e) {
                // The process ends.
              }
            },
            "sallyport-input");
    reader.setDaemon(true);
    reader.start();
  }

  /** An input that cannot be read any more is an input that has ended. */
  private int readInput(byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException e) {
      return -1;
    }
  }
}
