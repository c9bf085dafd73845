package io.sallyport.hw.pkcs11;

import io.sallyport.hw.HeldKey;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;

/** Signs with a held key as the hardware support does, and has the platform verify it. */
final class Signing {
  private static final byte[] MESSAGE = {1, 2, 3};

  private Signing() {}

  /** Whether the key signs, and what it signs verifies. */
  static boolean works(HeldKey key) throws IOException, GeneralSecurityException {
    if (key instanceof HeldKey.Ec ec) {
      boolean small = ec.publicKey().getParams().getOrder().bitLength() == 256;
      String hash = small ? "SHA-256" : "SHA-384";
      byte[] signature = ec.operation().sign(MessageDigest.getInstance(hash).digest(MESSAGE));
      Signature verifier = Signature.getInstance(hash.replace("-", "") + "withECDSAinP1363Format");
      verifier.initVerify(ec.publicKey());
      verifier.update(MESSAGE);
      return verifier.verify(signature);
    }
    HeldKey.Rsa rsa = (HeldKey.Rsa) key;
    byte[] block = new byte[(rsa.publicKey().getModulus().bitLength() + 7) / 8];
    block[block.length - 1] = 5;
    block[3] = 7;
    byte[] result = rsa.operation().exponentiate(block);
    BigInteger back =
        new BigInteger(1, result)
            .modPow(rsa.publicKey().getPublicExponent(), rsa.publicKey().getModulus());
    return result.length == block.length && back.equals(new BigInteger(1, block));
  }

  /** A block that is padded as PKCS#1 v1.5 does. */
  static byte[] padded(HeldKey.Rsa key, byte[] content) {
    byte[] block = new byte[(key.publicKey().getModulus().bitLength() + 7) / 8];
    Arrays.fill(block, (byte) 0xFF);
    block[0] = 0;
    block[1] = 1;
    block[block.length - content.length - 1] = 0;
    System.arraycopy(content, 0, block, block.length - content.length, content.length);
    return block;
  }
}
