package io.sallyport.hw.ds;

import io.sallyport.hw.CertificateFile;
import io.sallyport.hw.DeviceLostException;
import io.sallyport.hw.HeldKey;
import io.sallyport.hw.KeyHardware;
import io.sallyport.hw.PrivateFile;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The Digital Signature peripheral as a provider's device. It keeps no key: each operation reads
 * the eFuse key from its file, and wipes it.
 */
public final class DsHardware implements KeyHardware {
  private final DsSettings settings;
  private final SecureRandom random = new SecureRandom();

  /** A peripheral; nothing is read yet. */
  public DsHardware(DsSettings settings) {
    this.settings = settings;
  }

  /** The default key, if one is configured. */
  @Override
  public List<HeldKey> connect() throws IOException {
    if (settings.parameters().isEmpty()) {
      return List.of();
    }
    Path file = settings.parameters().get();
    DsParameters parameters;
    try {
      parameters = DsParameters.parse(settings.chip(), bytes(file));
    } catch (DsException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, "'" + file + "': " + explained(e), e);
    }
    List<X509Certificate> chain =
        settings.certificate().isEmpty()
            ? List.of()
            : CertificateFile.read(settings.certificate().get(), "certificate");
    return List.of(held(parameters, settings.keyId(), chain));
  }

  private byte[] bytes(Path file) throws DeviceLostException {
    try {
      return PrivateFile.read(file, DsParameters.size(settings.chip()));
    } catch (IOException e) {
      throw new DeviceLostException(
          "The DS parameters cannot be read from " + file + "; correct 'parameters.file'.", e);
    }
  }

  /** A key that exists as parameters only. ESP-TLS: {@code ds_data}. */
  @Override
  public HeldKey load(KeyReference reference) throws IOException {
    int keyId = keyId(reference);
    Optional<byte[]> data = reference.parameters();
    if (data.isEmpty()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "A key of the Digital Signature peripheral is its parameters: set 'parameters.file', or"
              + " give them with the connection.");
    }
    return held(parse(data.get()), keyId, reference.certificates());
  }

  private int keyId(KeyReference reference) throws TlsException {
    if (reference.key().isEmpty()) {
      return settings.keyId();
    }
    try {
      return Integer.parseInt(reference.key());
    } catch (NumberFormatException e) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The eFuse key id '" + reference.key() + "' is no number; give 0 to 5.",
          e);
    }
  }

  private DsParameters parse(byte[] data) throws TlsException {
    try {
      return DsParameters.parse(settings.chip(), data);
    } catch (DsException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, explained(e), e);
    }
  }

  private HeldKey held(DsParameters parameters, int keyId, List<X509Certificate> chain)
      throws IOException {
    RSAPublicKey publicKey = publicKey(parameters, keyId, chain);
    return new HeldKey.Rsa(
        Integer.toString(keyId),
        publicKey,
        chain,
        List.of(),
        block -> exponentiate(parameters, keyId, block));
  }

  /** The parameters hold no public exponent: a certificate's, or the usual one, is tried out. */
  private RSAPublicKey publicKey(DsParameters parameters, int keyId, List<X509Certificate> chain)
      throws IOException {
    BigInteger modulus;
    try (EfuseKeys efuses = efuses(keyId)) {
      modulus = new DsPeripheral(efuses).modulus(parameters, keyId);
    } catch (DsException e) {
      throw new TlsException(TlsErrorCode.INVALID_ARG, explained(e), e);
    }
    BigInteger exponent = RsaNumbers.F4;
    if (!chain.isEmpty()) {
      if (!(chain.get(0).getPublicKey() instanceof RSAPublicKey certified)
          || !certified.getModulus().equals(modulus)) {
        throw new TlsException(
            TlsErrorCode.INVALID_ARG,
            "The certificate of '"
                + chain.get(0).getSubjectX500Principal().getName()
                + "' is not for the key in the DS parameters; give the one that was issued for it.");
      }
      exponent = certified.getPublicExponent();
    }
    BigInteger probe = new BigInteger(modulus.bitLength() - 1, random);
    BigInteger raised =
        new BigInteger(1, exponentiate(parameters, keyId, RsaNumbers.block(probe, modulus)));
    if (!raised.modPow(exponent, modulus).equals(probe)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The DS parameters are of a key whose public exponent is not "
              + exponent
              + "; give its certificate.");
    }
    try {
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG, "The modulus in the DS parameters is none of RSA's.", e);
    }
  }

  private byte[] exponentiate(DsParameters parameters, int keyId, byte[] block) throws IOException {
    byte[] message = block.clone();
    DsPeripheral.reverse(message);
    try (EfuseKeys efuses = efuses(keyId)) {
      DsResult result = new DsPeripheral(efuses).sign(parameters, keyId, message);
      if (result.error().isPresent()) {
        throw DsPeripheral.refusal(result.error().get());
      }
      byte[] signature = result.signature();
      DsPeripheral.reverse(signature);
      return signature;
    } catch (DsException e) {
      throw new TlsException(TlsErrorCode.SE_FAILED, explained(e), e);
    } finally {
      Arrays.fill(message, (byte) 0);
    }
  }

  private static String explained(DsException e) {
    return e.getMessage()
        + String.format(Locale.ROOT, " [%s, 0x%04X]", e.error(), e.error().number());
  }

  /** What is burnt: one key, and it is for signatures. */
  private EfuseKeys efuses(int keyId) throws IOException {
    EfuseKeys efuses = new EfuseKeys();
    byte[] key;
    try {
      EfuseKeys.requireId(keyId);
      key = PrivateFile.read(settings.hmacKey(), EfuseKeys.LENGTH);
    } catch (DsException e) {
      throw e;
    } catch (IOException e) {
      throw new DeviceLostException(
          "The eFuse key cannot be read from " + settings.hmacKey() + "; correct 'hmac.key.file'.",
          e);
    }
    try {
      efuses.burn(settings.keyId(), KeyPurpose.HMAC_DOWN_DIGITAL_SIGNATURE, key);
      return efuses;
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Nothing is open. */
  @Override
  public void close() {
    // The files are read by each operation.
  }
}
