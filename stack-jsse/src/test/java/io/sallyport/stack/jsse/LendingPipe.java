package io.sallyport.stack.jsse;

import io.sallyport.tls.BufferedTransport;
import java.nio.ByteBuffer;

/** One end of two byte queues in memory whose buffers are lent; direct, and with limited room. */
final class LendingPipe implements BufferedTransport {
  private static final ByteBuffer NO_ROOM = ByteBuffer.allocate(0);

  private final ByteBuffer incoming = ByteBuffer.allocateDirect(1 << 20).limit(0);
  private final ByteBuffer outgoing = ByteBuffer.allocateDirect(1 << 20);
  private LendingPipe other = this;
  private boolean ended;
  private boolean open = true;

  static LendingPipe[] pair() {
    LendingPipe a = new LendingPipe();
    LendingPipe b = new LendingPipe();
    a.other = b;
    b.other = a;
    return new LendingPipe[] {a, b};
  }

  /** Whether {@link #reserve} gives room. */
  void open(boolean now) {
    open = now;
  }

  void end() {
    ended = true;
  }

  /** Flips a bit of the last byte that is on its way to the other end. */
  void damageLastByte() {
    int last = outgoing.position() - 1;
    outgoing.put(last, (byte) (outgoing.get(last) ^ 1));
  }

  /** Moves what the other end sent into this end's view. */
  void deliver() {
    incoming.compact();
    incoming.put(other.outgoing.flip());
    other.outgoing.clear();
    incoming.flip();
  }

  @Override
  public ByteBuffer received() {
    return incoming.duplicate();
  }

  @Override
  public void consume(int bytes) {
    incoming.position(incoming.position() + bytes);
  }

  @Override
  public boolean receivedEnd() {
    return ended;
  }

  @Override
  public ByteBuffer reserve(int size) {
    return open && outgoing.remaining() >= size ? outgoing.duplicate() : NO_ROOM;
  }

  @Override
  public void commit(int bytes) {
    outgoing.position(outgoing.position() + bytes);
  }

  @Override
  public int read(ByteBuffer dst) {
    throw new AssertionError("a transport that lends its buffers is not read from");
  }

  @Override
  public int write(ByteBuffer src) {
    throw new AssertionError("a transport that lends its buffers is not written to");
  }
}
