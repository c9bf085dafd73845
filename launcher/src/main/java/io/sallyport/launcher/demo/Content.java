package io.sallyport.launcher.demo;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * The bytes of a stream: chunks of noise, each with its number at its beginning, so that a chunk
 * that is lost, doubled or moved changes the digest. Confined to one thread.
 */
final class Content {
  /** Bytes in a chunk. */
  static final int CHUNK = 64 * 1024;

  private final byte[] chunk = new byte[CHUNK];
  private final ByteBuffer number = ByteBuffer.wrap(chunk);
  private long next;

  Content(long seed) {
    new SplittableRandom(seed).nextBytes(chunk);
  }

  /** The next chunk, valid until the next call. */
  byte[] next() {
    number.putLong(0, next++);
    return chunk;
  }
}
