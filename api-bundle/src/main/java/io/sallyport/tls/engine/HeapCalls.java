package io.sallyport.tls.engine;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;

/** Copies what is not on the heap, or read-only where the engine decrypts in place. */
@SuppressWarnings("ReferenceEquality") // Which buffer it is matters, not what is in it.
final class HeapCalls implements EngineCalls {
  private final PacketPool pool;

  HeapCalls(PacketPool pool) {
    this.pool = pool;
  }

  @Override
  public SSLEngineResult unwrap(SSLEngine engine, ByteBuffer in, ByteBuffer plain)
      throws SSLException {
    ByteBuffer heapIn = in.hasArray() || !in.hasRemaining() ? in : copy(in, in.remaining());
    ByteBuffer heapPlain = plain.hasArray() ? plain : lendLike(plain);
    try {
      SSLEngineResult result = engine.unwrap(heapIn, heapPlain);
      if (heapIn != in) {
        in.position(in.position() + result.bytesConsumed());
      }
      if (heapPlain != plain) {
        plain.put(heapPlain.flip());
      }
      return result;
    } finally {
      giveBack(heapIn, in);
      giveBack(heapPlain, plain);
    }
  }

  @Override
  public SSLEngineResult wrap(SSLEngine engine, ByteBuffer plain, ByteBuffer out)
      throws SSLException {
    ByteBuffer heapPlain =
        plain.hasArray() || !plain.hasRemaining()
            ? plain
            : copy(plain, Math.min(plain.remaining(), Records.MAX_PLAINTEXT));
    ByteBuffer heapOut = out.hasArray() ? out : lendLike(out);
    try {
      SSLEngineResult result = engine.wrap(heapPlain, heapOut);
      if (heapPlain != plain) {
        plain.position(plain.position() + result.bytesConsumed());
      }
      if (heapOut != out) {
        out.put(heapOut.flip());
      }
      return result;
    } finally {
      giveBack(heapPlain, plain);
      giveBack(heapOut, out);
    }
  }

  private ByteBuffer copy(ByteBuffer from, int bytes) {
    ByteBuffer copy = pool.borrow();
    int limit = from.limit();
    int position = from.position();
    from.limit(position + bytes);
    copy.put(from).flip();
    from.limit(limit).position(position);
    return copy;
  }

  private ByteBuffer lendLike(ByteBuffer room) {
    ByteBuffer lent = pool.borrow();
    return lent.limit(Math.min(lent.capacity(), room.remaining()));
  }

  private void giveBack(ByteBuffer used, ByteBuffer original) {
    if (used != original) {
      pool.giveBack(used);
    }
  }
}
