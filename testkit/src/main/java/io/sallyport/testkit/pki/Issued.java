package io.sallyport.testkit.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its key.
 *
 * @param chain the certificate first, then its issuers without the root
 * @param key its private key
 */
public record Issued(List<X509Certificate> chain, PrivateKey key) {
  /** Copies the list. */
  public Issued {
    chain = List.copyOf(chain);
  }

  /** The certificate itself. */
  public X509Certificate certificate() {
    return chain.get(0);
  }

  @Override
  public String toString() {
    return "Issued[" + certificate().getSubjectX500Principal() + "]";
  }
}
