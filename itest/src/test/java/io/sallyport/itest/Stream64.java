package io.sallyport.itest;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Random;

/**
 * A deterministic stream in pieces of 64 KiB, no two of which are alike, so that a lost, doubled or
 * exchanged piece changes the digest.
 */
final class Stream64 {
  /** Bytes of one piece. */
  static final int PIECE = 64 * 1024;

  private final byte[] piece = new byte[PIECE];
  private final MessageDigest digest;
  private long pieces;

  private Stream64(long seed) throws GeneralSecurityException {
    new Random(seed).nextBytes(piece);
    digest = MessageDigest.getInstance("SHA-256");
  }

  static Stream64 forDownload() throws GeneralSecurityException {
    return new Stream64(1);
  }

  static Stream64 forUpload() throws GeneralSecurityException {
    return new Stream64(2);
  }

  /** The next piece; it is valid until the next call. */
  byte[] next() {
    for (int i = 0; i < Long.BYTES; i++) {
      piece[i] = (byte) (pieces >>> (8 * i));
    }
    pieces++;
    return piece;
  }

  void send(OutputStream out, long bytes) throws IOException {
    for (long left = bytes; left > 0; ) {
      int length = (int) Math.min(PIECE, left);
      byte[] sent = next();
      digest.update(sent, 0, length);
      out.write(sent, 0, length);
      left -= length;
    }
    out.flush();
  }

  void receive(DataInputStream in, long bytes) throws IOException {
    byte[] buffer = new byte[PIECE];
    for (long left = bytes; left > 0; ) {
      int length = (int) Math.min(PIECE, left);
      in.readFully(buffer, 0, length);
      update(buffer, length);
      left -= length;
    }
  }

  /** Counts bytes that were sent or received elsewhere. */
  void update(byte[] bytes, int length) {
    digest.update(bytes, 0, length);
  }

  byte[] digest() {
    return digest.digest();
  }
}
