package io.sallyport.hw.atecc608a;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import javax.security.auth.x500.X500Principal;

/** A certification request (PKCS#10, RFC 2986) that the chip signs. */
final class Csr {
  /** ecdsa-with-SHA256 (RFC 5758): a sequence with its identifier. */
  private static final byte[] ECDSA_SHA256 = {
    0x30, 0x0A, 0x06, 0x08, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x04, 0x03, 0x02
  };

  private static final byte[] VERSION_1 = {0x02, 0x01, 0x00};
  private static final int LENGTH = 32;
  private static final int LINE = 64;

  private Csr() {}

  /** Signs a digest of 32 bytes: r and s. */
  @FunctionalInterface
  interface Signer {
    byte[] sign(byte[] digest) throws IOException;
  }

  /** The request in PEM. */
  static String pem(X500Principal subject, PublicKey key, Signer signer) throws IOException {
    byte[] info = element(0x30, VERSION_1, subject.getEncoded(), key.getEncoded(), element(0xA0));
    byte[] signature = signer.sign(sha256(info));
    byte[] value =
        element(
            0x30,
            integer(Arrays.copyOf(signature, LENGTH)),
            integer(Arrays.copyOfRange(signature, LENGTH, 2 * LENGTH)));
    byte[] request = element(0x30, info, ECDSA_SHA256, element(0x03, new byte[] {0}, value));
    String base64 =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(request);
    return "-----BEGIN CERTIFICATE REQUEST-----\n"
        + base64
        + "\n-----END CERTIFICATE REQUEST-----\n";
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The Java platform has no SHA-256.", e);
    }
  }

  private static byte[] integer(byte[] unsigned) {
    return element(0x02, new BigInteger(1, unsigned).toByteArray());
  }

  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> Byte.SIZE);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
