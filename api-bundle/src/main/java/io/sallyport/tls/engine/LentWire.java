package io.sallyport.tls.engine;

import io.sallyport.tls.BufferedTransport;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Works in the transport's own buffers. */
final class LentWire implements Wire {
  private final BufferedTransport transport;

  LentWire(BufferedTransport transport) {
    this.transport = transport;
  }

  @Override
  public ByteBuffer received() throws IOException {
    return transport.received();
  }

  @Override
  public void consume(int bytes) {
    transport.consume(bytes);
  }

  @Override
  public boolean receiveMore() {
    return false; // The view already held everything.
  }

  @Override
  public boolean ended() {
    return transport.receivedEnd();
  }

  @Override
  public ByteBuffer reserve(int room) throws IOException {
    return transport.reserve(room);
  }

  @Override
  public void commit(int bytes) {
    transport.commit(bytes);
  }

  @Override
  public boolean flush() {
    return true; // What was committed belongs to the transport.
  }

  @Override
  public void release() {
    // Holds nothing.
  }
}
