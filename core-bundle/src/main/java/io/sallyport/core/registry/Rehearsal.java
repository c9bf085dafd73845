package io.sallyport.core.registry;

import io.sallyport.tls.Peer;
import io.sallyport.tls.Progress;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.TlsHandle;
import io.sallyport.tls.TlsVersion;
import io.sallyport.tls.stack.TlsStackContext;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A real handshake in memory between two contexts of one stack, with bytes both ways. */
final class Rehearsal {
  private static final Peer HERE = new Peer("localhost", 0);
  private static final int STEPS = 1000;
  private static final byte[] MESSAGE = new byte[2000];

  static {
    Arrays.fill(MESSAGE, (byte) 's');
  }

  private Rehearsal() {}

  /**
   * Performs it.
   *
   * @throws TlsException what went wrong
   */
  static void perform(TlsStackContext client, TlsStackContext server, TlsVersion expected)
      throws TlsException {
    MemoryPipe pipe = new MemoryPipe();
    try (TlsHandle left = client.newHandle(HERE, pipe.left());
        TlsHandle right = server.newHandle(HERE, pipe.right())) {
      handshake(left, right);
      exchange(left, right);
      exchange(right, left);
      TlsVersion version = left.session().version();
      if (version != expected) {
        throw failed("it agreed on " + version.protocol() + " instead of " + expected.protocol());
      }
      left.shutdownOutput();
      if (right.read(ByteBuffer.allocate(MESSAGE.length)) != TlsHandle.END) {
        throw failed("the end of the stream did not arrive");
      }
    }
  }

  private static void handshake(TlsHandle left, TlsHandle right) throws TlsException {
    for (int step = 0; step < STEPS; step++) {
      Progress a = left.handshake();
      Progress b = right.handshake();
      if (a == Progress.DONE && b == Progress.DONE) {
        return;
      }
    }
    throw failed("the handshake came to no end");
  }

  private static void exchange(TlsHandle from, TlsHandle to) throws TlsException {
    ByteBuffer sent = ByteBuffer.wrap(MESSAGE).asReadOnlyBuffer();
    ByteBuffer received = ByteBuffer.allocate(MESSAGE.length);
    for (int step = 0; step < STEPS && received.hasRemaining(); step++) {
      if (sent.hasRemaining()) {
        from.write(sent);
      }
      from.flush();
      to.read(received);
    }
    if (!Arrays.equals(MESSAGE, received.array())) {
      throw failed("bytes did not arrive as they were sent");
    }
  }

  private static TlsException failed(String why) {
    return new TlsException(
        TlsErrorCode.SSL_HANDSHAKE_FAILED, "A handshake in memory failed: " + why + ".");
  }
}
