package io.sallyport.tls;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A transport that lends its buffers, so that records are decrypted from where they arrived and
 * encrypted to where they leave. Event loops have such buffers at hand.
 */
public interface BufferedTransport extends Transport {
  /**
   * Every byte that arrived and is not consumed yet, contiguous. The caller may change position and
   * limit of the view freely, reads nothing after the current call to its handle, and says with
   * {@link #consume} how far it came. Bytes that are not consumed (a record that is not complete
   * yet) stay and stand at the front of the next view.
   *
   * @return a view, possibly empty; the same object may be returned again
   * @throws IOException when the transport failed
   */
  ByteBuffer received() throws IOException;

  /**
   * Drops bytes from the front of {@link #received}.
   *
   * @param bytes how many, at most as many as there are
   */
  void consume(int bytes);

  /**
   * Whether the peer has ended the stream. Bytes that arrived before may still wait in {@link
   * #received}.
   *
   * @return true once no further byte will arrive
   */
  boolean receivedEnd();

  /**
   * Room for outgoing bytes. The caller fills it from its position and says with {@link #commit}
   * how much it wrote; without a commit nothing is sent.
   *
   * @param size the least room needed, in bytes
   * @return a view with at least {@code size} bytes remaining, or one with no bytes remaining when
   *     the transport takes none for now
   * @throws IOException when the transport failed
   */
  ByteBuffer reserve(int size) throws IOException;

  /**
   * Sends what was written into the view of the last {@link #reserve}.
   *
   * @param bytes how many, from the position that the view had
   */
  void commit(int bytes);
}
