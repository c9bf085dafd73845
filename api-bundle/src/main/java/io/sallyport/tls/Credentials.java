package io.sallyport.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Reads certificates and keys. Thread-safe and without state; get it from {@link
 * Tls#credentials()}.
 */
public interface Credentials {
  /**
   * Reads certificates: PEM (one or many) or DER (one). ESP-TLS: {@code cacert_buf}, {@code
   * clientcert_buf}, {@code servercert_buf}.
   *
   * @param pemOrDer the bytes; a NUL at the end, as ESP-TLS wants it, is accepted
   * @return at least one certificate, in the order of the input
   * @throws TlsException X509_CRT_PARSE_FAILED when any of them cannot be read, or there is none
   */
  List<X509Certificate> certificates(byte[] pemOrDer) throws TlsException;

  /**
   * Reads a private key: PEM or DER; PKCS#8, PKCS#1, SEC1, or encrypted PKCS#8 (RFC 8018).
   *
   * @param pemOrDer the bytes
   * @param password the password, empty when the key is not encrypted; the caller wipes it
   * @return the key
   * @throws TlsException PK_PARSE_KEY_FAILED when it cannot be read or the password is wrong or
   *     missing; the message says which
   */
  PrivateKey privateKey(byte[] pemOrDer, char[] password) throws TlsException;

  /**
   * Reads a bundle of roots: a file in the ESP x509 bundle format, PEM, or one certificate in DER.
   * ESP-TLS: {@code esp_crt_bundle_set}.
   *
   * @throws TlsException INVALID_ARG for a bundle whose offsets or lengths are wrong, as in
   *     ESP-TLS; X509_CRT_PARSE_FAILED when a root in it, or the PEM, cannot be read
   */
  CertificateBundle certificateBundle(byte[] bytes) throws TlsException;

  /**
   * Writes the ESP x509 bundle format: names and public keys, sorted by name. ESP-TLS: {@code
   * gen_crt_bundle.py}.
   *
   * @throws TlsException INVALID_ARG when an entry is longer than the format can say
   */
  byte[] certificateBundle(CertificateBundle bundle) throws TlsException;

  /**
   * The root certificates that the Java platform trusts (its cacerts file).
   *
   * @throws TlsException X509_CRT_PARSE_FAILED when the platform's store cannot be read
   */
  List<X509Certificate> platformRoots() throws TlsException;
}
