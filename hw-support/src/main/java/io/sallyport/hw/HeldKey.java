package io.sallyport.hw;

import io.sallyport.tls.CipherSuite;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;

/** A key in a device, and what the device does with it. */
public sealed interface HeldKey {
  /** What the provider calls it: a slot, a block, a label; not empty, and always the same. */
  String id();

  /** Its public half. */
  PublicKey publicKey();

  /** Its certificates, leaf first; empty where there are none. */
  List<X509Certificate> certificates();

  /** The only suites to offer with it; empty for any. */
  List<CipherSuite> cipherSuites();

  /**
   * An ECDSA key.
   *
   * @param id what the provider calls it
   * @param publicKey its public half
   * @param certificates its certificates, leaf first
   * @param cipherSuites the only suites to offer with it; empty for any
   * @param operation signs
   */
  record Ec(
      String id,
      ECPublicKey publicKey,
      List<X509Certificate> certificates,
      List<CipherSuite> cipherSuites,
      EcOperation operation)
      implements HeldKey {
    /** Copies the lists. */
    public Ec {
      certificates = List.copyOf(certificates);
      cipherSuites = List.copyOf(cipherSuites);
    }
  }

  /**
   * An RSA key.
   *
   * @param id what the provider calls it
   * @param publicKey its public half
   * @param certificates its certificates, leaf first
   * @param cipherSuites the only suites to offer with it; empty for any
   * @param operation exponentiates
   */
  record Rsa(
      String id,
      RSAPublicKey publicKey,
      List<X509Certificate> certificates,
      List<CipherSuite> cipherSuites,
      RsaOperation operation)
      implements HeldKey {
    /** Copies the lists. */
    public Rsa {
      certificates = List.copyOf(certificates);
      cipherSuites = List.copyOf(cipherSuites);
    }
  }
}
