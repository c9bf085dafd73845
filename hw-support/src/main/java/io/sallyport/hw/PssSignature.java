package io.sallyport.hw;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** RSASSA-PSS (RFC 8017 section 8.1.1), with MGF1 over the same hash, as TLS has it. */
final class PssSignature extends SigningSpi<OpaqueRsaKey> {
  private final SecureRandom random = new SecureRandom();
  private @Nullable MessageDigest hash;
  private @Nullable PSSParameterSpec parameters;
  private boolean updated;

  PssSignature(ManagedDevice device) {
    super(device, OpaqueRsaKey.class);
  }

  @Override
  void reset() {
    updated = false;
    if (hash != null) {
      hash.reset();
    }
  }

  @Override
  protected void engineSetParameter(AlgorithmParameterSpec wanted)
      throws InvalidAlgorithmParameterException {
    if (updated) {
      throw new InvalidAlgorithmParameterException(
          "The parameters come too late; set them before the first update.");
    }
    if (!(wanted instanceof PSSParameterSpec pss)) {
      throw new InvalidAlgorithmParameterException("RSASSA-PSS takes a PSSParameterSpec.");
    }
    String name = canonical(pss.getDigestAlgorithm());
    boolean supported =
        (name.equals("SHA-256") || name.equals("SHA-384") || name.equals("SHA-512"))
            && pss.getMGFAlgorithm().equals("MGF1")
            && pss.getMGFParameters() instanceof MGF1ParameterSpec mgf
            && canonical(mgf.getDigestAlgorithm()).equals(name)
            && pss.getTrailerField() == PSSParameterSpec.TRAILER_FIELD_BC;
    if (!supported) {
      throw new InvalidAlgorithmParameterException(
          "RSASSA-PSS works here with SHA-256, SHA-384 or SHA-512 and MGF1 over the same hash; "
              + pss
              + " is something else.");
    }
    parameters = pss;
    hash = Hashes.of(name);
  }

  private static String canonical(String hash) {
    String upper = hash.toUpperCase(Locale.ROOT);
    return upper.startsWith("SHA") && !upper.startsWith("SHA-")
        ? "SHA-" + upper.substring(3)
        : upper;
  }

  @Override
  protected @Nullable AlgorithmParameters engineGetParameters() {
    if (parameters == null) {
      return null;
    }
    try {
      AlgorithmParameters encoded = AlgorithmParameters.getInstance("RSASSA-PSS");
      encoded.init(parameters);
      return encoded;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The Java platform has no RSASSA-PSS parameters.", e);
    }
  }

  private MessageDigest hash() throws SignatureException {
    MessageDigest chosen = hash;
    if (chosen == null) {
      throw new SignatureException("RSASSA-PSS needs its parameters; set them first.");
    }
    return chosen;
  }

  @Override
  protected void engineUpdate(byte b) throws SignatureException {
    updated = true;
    hash().update(b);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
    updated = true;
    hash().update(bytes, offset, length);
  }

  @Override
  protected byte[] engineSign() throws SignatureException {
    MessageDigest chosen = hash();
    byte[] digest = chosen.digest();
    updated = false;
    byte[] salt = new byte[parameters == null ? 0 : parameters.getSaltLength()];
    random.nextBytes(salt);
    try {
      OpaqueRsaKey key = key();
      return key.exponentiate(Padding.pss(chosen, digest, salt, key.getModulus().bitLength()));
    } catch (IOException e) {
      throw new SignatureException(e.getMessage(), e);
    }
  }
}
