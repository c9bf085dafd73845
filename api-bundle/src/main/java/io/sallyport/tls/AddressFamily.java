package io.sallyport.tls;

/** Which addresses of a host may be tried. ESP-TLS: {@code esp_tls_addr_family_t}. */
public enum AddressFamily {
  /** IPv6 and IPv4, in the order that the resolver gives. */
  UNSPEC,
  /** IPv4 only. */
  INET,
  /** IPv6 only. */
  INET6
}
