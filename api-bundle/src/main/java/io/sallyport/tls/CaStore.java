package io.sallyport.tls;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The platform-wide store of certificate authorities, for every connection whose configuration asks
 * for it. Thread-safe; a change holds for connections that are made afterwards, on every stack.
 *
 * <p>ESP-TLS: {@code esp_tls_init_global_ca_store}, {@code esp_tls_set_global_ca_store}, {@code
 * esp_tls_get_global_ca_store}, {@code esp_tls_free_global_ca_store}. There is no {@code init}: the
 * store is always there, at first empty.
 */
public interface CaStore {
  /**
   * Adds certificates; may be called again to add more. Certificates that are in the store already
   * are not doubled.
   *
   * @param pemOrDer PEM (one or many) or DER (one)
   * @return how many entries of the input could not be read; 0 when all went well. With at least
   *     one good entry the good ones are in the store (ESP-TLS: CERT_PARTLY_OK)
   * @throws TlsException X509_CRT_PARSE_FAILED when none could be read; the store is as before
   */
  int add(byte[] pemOrDer) throws TlsException;

  /** What the store holds now. */
  List<X509Certificate> certificates();

  /** Empties the store. Connections that are open are not affected. */
  void clear();
}
