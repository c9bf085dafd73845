package io.sallyport.hw.pkcs11;

import io.sallyport.hw.HardwareKeys;
import io.sallyport.hw.Limits;
import io.sallyport.hw.testkit.Loggers;
import io.sallyport.tls.TlsException;
import io.sallyport.tls.key.HardwareKey;
import io.sallyport.tls.key.KeyHealth;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;

/** A token as the platform uses it: behind a queue, with one opaque key that lasts. */
final class OpenKeys implements AutoCloseable {
  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

  private final HardwareKeys keys;
  private final HardwareKey key;

  private OpenKeys(HardwareKeys keys, HardwareKey key) {
    this.keys = keys;
    this.key = key;
  }

  static OpenKeys open(String name, Settings settings, TokenLibraries libraries)
      throws TlsException {
    return open(name, settings, libraries, Duration.ofSeconds(20));
  }

  static OpenKeys open(String name, Settings settings, TokenLibraries libraries, Duration deadline)
      throws TlsException {
    HardwareKeys keys =
        HardwareKeys.open(
            name,
            new Pkcs11Hardware(settings, libraries.acquire(settings.library()), warning -> {}),
            new Limits(8, deadline),
            Loggers.quiet());
    try {
      return new OpenKeys(keys, keys.provider().keys().get(0));
    } catch (TlsException e) {
      keys.close();
      throw e;
    }
  }

  /** Signs and verifies; the same key object each time. */
  boolean sign() throws GeneralSecurityException {
    String algorithm =
        key.publicKey().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key.privateKey());
    signer.update(MESSAGE);
    byte[] signature = signer.sign();
    Signature verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key.publicKey());
    verifier.update(MESSAGE);
    return verifier.verify(signature);
  }

  KeyHealth health() {
    return keys.provider().health();
  }

  @Override
  public void close() {
    keys.close();
  }
}
