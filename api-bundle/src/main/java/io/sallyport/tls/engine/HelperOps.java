package io.sallyport.tls.engine;

import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.stack.CryptoOps;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The two cryptographic helpers, by the Java platform. */
final class HelperOps implements CryptoOps {
  @Override
  public byte[] sha1(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1.", e);
    }
  }

  @Override
  public int base64Encode(byte[] source, ByteBuffer destination) throws TlsException {
    byte[] encoded = Base64.getEncoder().encode(source);
    if (destination.remaining() < encoded.length) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The buffer for base64 has room for "
              + destination.remaining()
              + " bytes; it needs "
              + encoded.length
              + ".",
          "-0x002A",
          java.util.EnumSet.noneOf(io.sallyport.tls.VerificationFlag.class),
          new java.nio.BufferOverflowException());
    }
    destination.put(encoded);
    return encoded.length;
  }
}
