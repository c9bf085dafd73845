package io.sallyport.core.registry;

import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.TlsStackContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A real handshake in memory between two contexts of one stack, with bytes both ways. */
final class Rehearsal {
  private static final Peer HERE = new Peer("localhost", 0);
  private static final int STEPS = 1000;
  private static final byte[] MESSAGE = new byte[2000];
  private static final int RECOGNISABLE = 24;

  static {
    Arrays.fill(MESSAGE, (byte) 's');
  }

  private Rehearsal() {}

  /**
   * Performs it.
   *
   * @return how long the slowest operation took
   * @throws TlsException what went wrong
   */
  static Duration perform(TlsStackContext client, TlsStackContext server, TlsVersion expected)
      throws TlsException {
    MemoryPipe pipe = new MemoryPipe();
    try (TlsHandle left = client.newHandle(HERE, pipe.left());
        TlsHandle right = server.newHandle(HERE, pipe.right())) {
      Stopwatch watch = new Stopwatch();
      for (TlsHandle handle : List.of(left, right)) {
        boolean unused = handle.mayBlock(); // It is asked that with every connection.
      }
      handshake(left, right, watch);
      exchange(left, right, pipe, watch);
      exchange(right, left, pipe, watch);
      TlsVersion version = left.session().version();
      if (version != expected) {
        throw failed("it agreed on " + version.protocol() + " instead of " + expected.protocol());
      }
      left.shutdownOutput();
      if (right.read(ByteBuffer.allocate(MESSAGE.length)) != TlsHandle.END) {
        throw failed("the end of the stream did not arrive");
      }
      return watch.longest();
    }
  }

  private static void handshake(TlsHandle left, TlsHandle right, Stopwatch watch)
      throws TlsException {
    for (int step = 0; step < STEPS; step++) {
      Progress a = left.handshake();
      watch.lap();
      Progress b = right.handshake();
      watch.lap();
      if (a == Progress.DONE && b == Progress.DONE) {
        return;
      }
    }
    throw failed("the handshake came to no end");
  }

  private static void exchange(TlsHandle from, TlsHandle to, MemoryPipe pipe, Stopwatch watch)
      throws TlsException {
    ByteBuffer sent = ByteBuffer.wrap(MESSAGE).asReadOnlyBuffer();
    ByteBuffer received = ByteBuffer.allocate(MESSAGE.length);
    for (int step = 0; step < STEPS && received.hasRemaining(); step++) {
      if (sent.hasRemaining()) {
        int there = sent.remaining();
        int written = from.write(sent);
        if (!Contract.isWritten(written, there, there - sent.remaining())) {
          throw nonsense("write", written, there);
        }
        watch.lap();
      }
      if (from.flush() == null) {
        throw failed("its operation 'flush' returned null");
      }
      if (pipe.carries(Arrays.copyOf(MESSAGE, RECOGNISABLE))) {
        throw failed("application data left it without encryption");
      }
      watch.lap();
      int room = received.remaining();
      int read = to.read(received);
      if (!Contract.isRead(read, room, room - received.remaining())) {
        throw nonsense("read", read, room);
      }
      watch.lap();
    }
    if (!Arrays.equals(MESSAGE, received.array())) {
      throw failed("bytes did not arrive as they were sent");
    }
  }

  /** Measures operations, one after another. */
  private static final class Stopwatch {
    private long last = System.nanoTime();
    private long longest;

    void lap() {
      long now = System.nanoTime();
      longest = Math.max(longest, now - last);
      last = now;
    }

    Duration longest() {
      return Duration.ofNanos(longest);
    }
  }

  private static TlsException nonsense(String operation, int result, int length) {
    return failed(
        "its operation '" + operation + "' returned " + result + " for " + length + " bytes");
  }

  private static TlsException failed(String why) {
    return new TlsException(
        TlsErrorCode.SSL_HANDSHAKE_FAILED, "A handshake in memory failed: " + why + ".");
  }
}
