package io.sallyport.tls.engine;

import io.sallyport.tls.BufferedTransport;
import io.sallyport.tls.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The encrypted side of a handle: where records come from and go to. */
interface Wire {
  static Wire of(Transport transport, PacketPool pool) {
    return transport instanceof BufferedTransport buffered
        ? new LentWire(buffered)
        : new PooledWire(transport, pool);
  }

  /** Received bytes; the caller moves the position and tells with {@link #consume}. */
  ByteBuffer received() throws IOException;

  /** Drops bytes from the front of {@link #received}, whose view is void afterwards. */
  void consume(int bytes);

  /**
   * Tries to get more bytes behind those that {@link #received} showed.
   *
   * @return whether some came; ask for a new view then
   */
  boolean receiveMore() throws IOException;

  /** Whether no further byte will come. */
  boolean ended();

  /**
   * A place for outgoing bytes.
   *
   * @return a view with at least {@code room} bytes remaining, or with none for now
   */
  ByteBuffer reserve(int room) throws IOException;

  /** Sends what was put into the last view. */
  void commit(int bytes);

  /** Offers bytes that were not taken yet; whether none is left. */
  boolean flush() throws IOException;

  /** Gives back every buffer; the wire is dead then. */
  void release();
}
