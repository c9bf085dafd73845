package io.sallyport.hw;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.SignatureException;

/** RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2.1). */
final class RsaSignature extends SigningSpi<OpaqueRsaKey> {
  private final MessageDigest hash;

  RsaSignature(ManagedDevice device, String hash) {
    super(device, OpaqueRsaKey.class);
    this.hash = Hashes.of(hash);
  }

  @Override
  void reset() {
    hash.reset();
  }

  @Override
  protected void engineUpdate(byte b) {
    hash.update(b);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) {
    hash.update(bytes, offset, length);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    byte[] digest = hash.digest();
    try {
      byte[] block = Padding.pkcs1(DigestInfo.encode(hash.getAlgorithm(), digest), key().length());
      return key().exponentiate(block);
    } catch (IOException e) {
      throw new SignatureException(e.getMessage(), e);
    }
  }
}
