package io.sallyport.tls;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes below TLS: a non-blocking byte channel, be it a socket, a pipe in a test or the buffers
 * of an event loop. A {@link TlsHandle} reads from it and writes to it and never waits on it.
 *
 * <p>A transport belongs to one handle and is called only from within calls to that handle, so it
 * needs no locking of its own. The handle does not close it.
 *
 * <p>An implementation whose bytes already stand in buffers should also implement {@link
 * BufferedTransport}, which saves a copy per record in each direction.
 */
public interface Transport {
  /**
   * Moves received bytes into {@code dst}.
   *
   * @param dst heap or direct, with room
   * @return the number of bytes moved, 0 when none has arrived, -1 at the end of the stream
   * @throws IOException when the transport failed
   */
  int read(ByteBuffer dst) throws IOException;

  /**
   * Takes bytes from {@code src} to send them.
   *
   * @param src heap or direct
   * @return the number of bytes taken, 0 when it takes none for now
   * @throws IOException when the transport failed
   */
  int write(ByteBuffer src) throws IOException;
}
