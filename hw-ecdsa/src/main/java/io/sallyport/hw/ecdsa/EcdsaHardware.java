package io.sallyport.hw.ecdsa;

import io.sallyport.hw.CertificateFile;
import io.sallyport.hw.HeldKey;
import io.sallyport.hw.KeyHardware;
import io.sallyport.tls.KeyReference;
import io.sallyport.tls.TlsErrorCode;
import io.sallyport.tls.TlsException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Optional;

/**
 * The ECDSA peripheral as a provider's device. It keeps nothing open, and no key: each operation
 * reads the eFuses.
 */
public final class EcdsaHardware implements KeyHardware {
  private final EcdsaSettings settings;
  private final EcdsaPeripheral peripheral;

  /**
   * A peripheral; nothing is read yet.
   *
   * @throws TlsException INVALID_ARG for an unknown chip
   */
  public EcdsaHardware(EcdsaSettings settings) throws TlsException {
    this.settings = settings;
    this.peripheral =
        new EcdsaPeripheral(
            Chip.of(settings.chip()),
            new EfuseFile(settings.efuseFile()),
            settings.nonce(),
            new SecureRandom());
  }

  /** The default key, if one is configured. */
  @Override
  public List<HeldKey> connect() throws IOException {
    Optional<KeyBlocks> key = settings.key();
    if (key.isEmpty()) {
      return List.of();
    }
    ECPublicKey publicKey = peripheral.publicKey(key.get());
    return List.of(held(key.get(), publicKey, certificates(publicKey)));
  }

  /** A key by its blocks; see {@link KeyBlocks#parse}. */
  @Override
  public HeldKey load(KeyReference reference) throws IOException {
    if (reference.parameters().isPresent()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The ECDSA peripheral takes no parameters with a key; name its eFuse blocks only.");
    }
    if (reference.key().isEmpty()) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The ECDSA peripheral has no default key; set 'block', or name the eFuse blocks with the"
              + " connection.");
    }
    KeyBlocks blocks = KeyBlocks.parse(reference.key());
    return held(blocks, peripheral.publicKey(blocks), List.of());
  }

  private HeldKey held(
      KeyBlocks blocks, ECPublicKey publicKey, List<X509Certificate> certificates) {
    return new HeldKey.Ec(
        blocks.id(),
        publicKey,
        certificates,
        settings.suites(),
        digest -> peripheral.sign(blocks, publicKey, digest));
  }

  private List<X509Certificate> certificates(ECPublicKey publicKey) throws TlsException {
    if (settings.certificate().isEmpty()) {
      return List.of();
    }
    Path file = settings.certificate().get();
    List<X509Certificate> chain = CertificateFile.read(file, "certificate");
    if (!CertificateFile.isFor(chain, publicKey)) {
      throw new TlsException(
          TlsErrorCode.INVALID_ARG,
          "The first certificate in "
              + file
              + " is not for the key in the eFuses; give the certificate that was issued for it.");
    }
    return chain;
  }

  /** Nothing is open. */
  @Override
  public void close() {
    // The eFuses are read by each operation.
  }
}
