package io.sallyport.tls.engine;

import io.sallyport.tls.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Borrows a buffer in each direction for as long as bytes are in flight there. */
@SuppressWarnings("ReferenceEquality") // Which buffer it is matters, not what is in it.
final class PooledWire implements Wire {
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private final Transport transport;
  private final PacketPool pool;

  /** Received bytes from position to limit. */
  private ByteBuffer in = NONE;

  /** Where the received bytes stood when they were last shown. */
  private int start;

  private int end;

  /** Bytes to be sent from 0 to position. */
  private ByteBuffer out = NONE;

  private boolean ended;

  PooledWire(Transport transport, PacketPool pool) {
    this.transport = transport;
    this.pool = pool;
  }

  @Override
  public ByteBuffer received() throws IOException {
    if (in == NONE) {
      receiveMore();
    }
    start = in.position();
    end = in.limit();
    return in;
  }

  @Override
  public void consume(int bytes) {
    if (in != NONE) {
      in.limit(end).position(start + bytes);
      dropEmptyInput();
    }
  }

  @Override
  public boolean receiveMore() throws IOException {
    if (ended) {
      return false;
    }
    if (in == NONE) {
      in = pool.borrow().limit(0);
    }
    in.compact();
    int count;
    try {
      count = in.hasRemaining() ? transport.read(in) : 0;
    } finally {
      in.flip();
      dropEmptyInput();
    }
    ended = count < 0;
    return count > 0;
  }

  @Override
  public boolean ended() {
    return ended;
  }

  @Override
  public ByteBuffer reserve(int room) throws IOException {
    if (out == NONE) {
      out = pool.borrow();
    }
    if (out.remaining() < room) {
      flush();
      if (out == NONE) {
        out = pool.borrow();
      }
    }
    if (out.remaining() < room) {
      if (out.position() > 0) {
        return NONE;
      }
      out = ByteBuffer.allocate(room); // Beyond any record: an engine with a long flight.
    }
    return out;
  }

  @Override
  public void commit(int bytes) {
    if (out.position() == 0) {
      pool.giveBack(out);
      out = NONE;
    }
  }

  @Override
  public boolean flush() throws IOException {
    if (out == NONE) {
      return true;
    }
    out.flip();
    try {
      while (out.hasRemaining() && transport.write(out) > 0) {
        // Until the transport is full.
      }
    } finally {
      out.compact();
    }
    if (out.position() > 0) {
      return false;
    }
    pool.giveBack(out);
    out = NONE;
    return true;
  }

  @Override
  public void release() {
    ended = true;
    if (in != NONE) {
      pool.giveBack(in);
      in = NONE;
    }
    if (out != NONE) {
      pool.giveBack(out);
      out = NONE;
    }
  }

  private void dropEmptyInput() {
    if (in != NONE && !in.hasRemaining()) {
      pool.giveBack(in);
      in = NONE;
    }
  }
}
