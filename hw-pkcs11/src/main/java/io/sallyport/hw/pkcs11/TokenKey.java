package io.sallyport.hw.pkcs11;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A key in a token. Immutable; of use until the token has ended.
 *
 * @param name what SunPKCS11 calls it: its certificate's label
 * @param key of SunPKCS11
 * @param certificates leaf first; not empty
 */
record TokenKey(String name, PrivateKey key, List<X509Certificate> certificates) {
  TokenKey {
    certificates = List.copyOf(certificates);
  }

  X509Certificate leaf() {
    return certificates.get(0);
  }

  PublicKey publicKey() {
    return leaf().getPublicKey();
  }

  @Override
  public String toString() {
    return "'" + name + "'";
  }
}
