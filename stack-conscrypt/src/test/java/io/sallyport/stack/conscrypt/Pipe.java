package io.sallyport.stack.conscrypt;

import io.sallyport.tls.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** One end of two byte queues in memory. */
final class Pipe implements Transport {
  private ByteBuffer incoming = ByteBuffer.allocate(0);
  private boolean ended;
  private final ByteArrayOutputStream arriving = new ByteArrayOutputStream();
  private Pipe other = this;

  static Pipe[] pair() {
    Pipe a = new Pipe();
    Pipe b = new Pipe();
    a.other = b;
    b.other = a;
    return new Pipe[] {a, b};
  }

  void arrive(byte[] bytes) {
    arriving.writeBytes(bytes);
  }

  void end() {
    ended = true;
  }

  @Override
  public int read(ByteBuffer dst) {
    if (!incoming.hasRemaining()) {
      incoming = ByteBuffer.wrap(arriving.toByteArray());
      arriving.reset();
    }
    int count = Math.min(dst.remaining(), incoming.remaining());
    dst.put(incoming.slice().limit(count));
    incoming.position(incoming.position() + count);
    return count == 0 && ended ? -1 : count;
  }

  @Override
  public int write(ByteBuffer src) {
    byte[] bytes = new byte[src.remaining()];
    src.get(bytes);
    other.arrive(bytes);
    return bytes.length;
  }
}
