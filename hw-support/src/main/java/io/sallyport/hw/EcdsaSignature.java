package io.sallyport.hw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.util.Optional;

/** ECDSA over a message, or over a digest that the caller made. */
final class EcdsaSignature extends SigningSpi<OpaqueEcKey> {
  /** The longest digest that TLS has; more is a message, and the caller mistaken. */
  private static final int LONGEST_DIGEST = 64;

  private final Optional<MessageDigest> hash;
  private final ByteArrayOutputStream digest = new ByteArrayOutputStream(LONGEST_DIGEST);

  EcdsaSignature(ManagedDevice device, String hash) {
    this(device, Optional.of(Hashes.of(hash)));
  }

  private EcdsaSignature(ManagedDevice device, Optional<MessageDigest> hash) {
    super(device, OpaqueEcKey.class);
    this.hash = hash;
  }

  /** NONEwithECDSA. */
  static EcdsaSignature ofDigest(ManagedDevice device) {
    return new EcdsaSignature(device, Optional.empty());
  }

  @Override
  void reset() {
    hash.ifPresent(MessageDigest::reset);
    digest.reset();
  }

  @Override
  protected void engineUpdate(byte b) throws SignatureException {
    engineUpdate(new byte[] {b}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
    if (hash.isPresent()) {
      hash.get().update(bytes, offset, length);
    } else if (digest.size() + length > LONGEST_DIGEST) {
      throw new SignatureException(
          "NONEwithECDSA signs a digest of at most " + LONGEST_DIGEST + " bytes; hash first.");
    } else {
      digest.write(bytes, offset, length);
    }
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    byte[] signed = hash.map(MessageDigest::digest).orElseGet(digest::toByteArray);
    digest.reset();
    try {
      return key().sign(signed);
    } catch (IOException e) {
      throw new SignatureException(e.getMessage(), e);
    }
  }
}
