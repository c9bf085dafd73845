package io.sallyport.hw;

import java.io.ByteArrayOutputStream;

/** DigestInfo in DER (RFC 8017 section 9.2, note 1). */
final class DigestInfo {
  /** 2.16.840.1.101.3.4.2, the arc of the SHA-2 family, as the content of an object identifier. */
  private static final byte[] SHA_2 = {0x60, (byte) 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02};

  private DigestInfo() {}

  static byte[] encode(String hash, byte[] digest) {
    int arc =
        switch (hash) {
          case "SHA-256" -> 1;
          case "SHA-384" -> 2;
          case "SHA-512" -> 3;
          default -> throw new IllegalArgumentException("No identifier is known for " + hash + ".");
        };
    int identifier = SHA_2.length + 1;
    int algorithm = 2 + identifier + 2;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0x30);
    out.write(2 + algorithm + 2 + digest.length);
    out.write(0x30);
    out.write(algorithm);
    out.write(0x06);
    out.write(identifier);
    out.writeBytes(SHA_2);
    out.write(arc);
    out.write(0x05); // NULL
    out.write(0);
    out.write(0x04);
    out.write(digest.length);
    out.writeBytes(digest);
    return out.toByteArray();
  }
}
