package io.sallyport.hw.ecdsa;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * HMAC (RFC 2104) whose pads can be wiped, which those of {@link javax.crypto.Mac} cannot. The
 * platform's digests wipe their own buffers when they are done. Not thread-safe.
 */
final class Hmac implements AutoCloseable {
  private static final byte INNER = 0x36;
  private static final byte OUTER = 0x5C;

  private final Wipe memory = new Wipe();
  private final MessageDigest digest;
  private final byte[] pad;
  private final byte[] key;

  Hmac(Curve curve) {
    try {
      this.digest = MessageDigest.getInstance(curve.hash());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java platform lacks " + curve.hash() + ".", e);
    }
    this.pad = memory.bytes(curve.hashBlock());
    this.key = memory.bytes(digest.getDigestLength());
  }

  /** How long a result is, in bytes. */
  int length() {
    return key.length;
  }

  /** Begins with a key as long as a result. */
  void begin(byte[] newKey) {
    System.arraycopy(newKey, 0, key, 0, key.length);
    digest.update(padded(INNER));
  }

  void update(byte... input) {
    digest.update(input);
  }

  /** Ends; the result may be the key. */
  void end(byte[] result) {
    finish(result);
    digest.update(padded(OUTER));
    digest.update(result, 0, key.length);
    finish(result);
  }

  private byte[] padded(byte filler) {
    for (int i = 0; i < pad.length; i++) {
      pad[i] = (byte) ((i < key.length ? key[i] : 0) ^ filler);
    }
    return pad;
  }

  private void finish(byte[] result) {
    try {
      digest.digest(result, 0, key.length);
    } catch (DigestException e) {
      throw new IllegalStateException("The digest does not fit its own length.", e);
    }
  }

  @Override
  public void close() {
    digest.reset();
    memory.close();
  }
}
