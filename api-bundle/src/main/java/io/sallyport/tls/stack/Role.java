package io.sallyport.tls.stack;

/** The side of a connection. ESP-TLS: {@code esp_tls_role_t}. */
public enum Role {
  /** The side that connects. */
  CLIENT,
  /** The side that accepts. */
  SERVER
}
